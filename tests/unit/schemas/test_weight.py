"""The contract stays light: what imports it brings pydantic, and nothing else."""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import schemas

MODULES = sorted(Path(schemas.__path__[0]).glob("*.py"))
ALLOWED = {"pydantic", "pydantic_core", "rfc8785", "schemas"} | sys.stdlib_module_names


def imported(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name.split(".")[0] for alias in node.names)
        if isinstance(node, ast.ImportFrom) and node.module:
            yield node.module.split(".")[0]


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.name)
def test_imports_the_standard_library_and_pydantic_alone(path: Path) -> None:
    assert set(imported(path)) <= ALLOWED


def test_a_job_is_read_without_the_code_that_writes_canonical_json() -> None:
    (job,) = (path for path in MODULES if path.name == "job.py")

    assert "rfc8785" not in set(imported(job))
