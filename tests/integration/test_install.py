"""What does the set-up say on a machine that lacks something, and does it end there?"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """As much of a fresh clone as the set-up touches."""
    shutil.copytree(ROOT / "requirements", tmp_path / "clone" / "requirements")
    shutil.copy(ROOT / "pyproject.toml", tmp_path / "clone")
    return tmp_path / "clone"


def install(checkout: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [checkout / "requirements" / "install", "worker"],
        env={**os.environ, "PYTHON": sys.executable, **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def program(directory: Path, name: str, script: str) -> Path:
    directory.mkdir(exist_ok=True)
    path = directory / name
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)
    return path


def test_an_old_python_is_named_with_the_way_out(checkout: Path, tmp_path: Path) -> None:
    old = program(tmp_path / "bin", "python3", '[ "$1" = -V ] && echo Python 3.9.2')

    run = install(checkout, PYTHON=str(old))

    assert run.returncode == 1
    assert run.stderr == (
        f"turnstream: Python 3.11 or newer is needed and {old} is Python 3.9.2; "
        "set PYTHON=/path/to/python3.11\n"
    )
    assert not (checkout / ".venv").exists()


def test_a_full_disk_is_noticed_before_anything_is_written(checkout: Path, tmp_path: Path) -> None:
    program(tmp_path / "bin", "df", "echo header; echo disk 9000 8000 1000 89% /")

    run = install(checkout, PATH=f"{tmp_path / 'bin'}:{os.environ['PATH']}")

    assert run.returncode == 1
    assert run.stderr == "turnstream: 6500 MB of free disk are needed here and 1000 MB are left\n"
    assert not (checkout / ".venv").exists()


@pytest.mark.slow
def test_an_index_out_of_reach_is_one_sentence(checkout: Path) -> None:
    run = install(
        checkout, PIP_INDEX_URL="http://127.0.0.1:1/", PIP_RETRIES="0", PIP_NO_CACHE_DIR="1"
    )

    assert run.returncode == 1
    assert run.stderr.startswith("turnstream: the package index cannot be reached")
    assert len(run.stderr.splitlines()) == 1
