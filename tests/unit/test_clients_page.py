"""The page for clients of other languages says what the contract and the examples say."""

import ast
import json
import re
import sys
from pathlib import Path
from typing import get_args

import pytest

from schemas import headers, topics
from schemas.codec import decode_job
from schemas.result import Status
from tests.e2e.clients.golden import LINES

ROOT = Path(__file__).parents[2]
EXAMPLES = ROOT / "examples"
PAGE = (ROOT / "docs/clients.md").read_text("utf-8")


def section(title: str) -> str:
    """What stands under a heading, up to the next of any depth."""
    assert f"\n{title}\n" in PAGE
    return re.split(r"\n#+ ", PAGE.partition(f"\n{title}\n")[2])[0]


def test_the_job_that_is_shown_is_one() -> None:
    [shown] = re.findall(r"(?s)```json\n(.*?)```", section("## Sending"))

    job = decode_job(shown.encode())

    assert json.loads(shown).keys() >= {"schema_version", "job_id", "operation", "audio"}
    assert job.metadata == {"sender": "python"}


def test_the_output_that_is_shown_is_that_of_the_golden_results() -> None:
    shown = re.findall(r"(?m)^ {4}(turnstream\.jobs/.+)$", PAGE)

    assert len(shown) == 3
    assert set(shown) <= set(LINES.values())


def test_every_example_is_shown_and_every_one_shown_exists() -> None:
    linked = re.findall(r"\]\(\.\./examples/([^)]+)\)", PAGE)
    sources = [
        path.relative_to(EXAMPLES).as_posix()
        for suffix in ("py", "java", "go")
        for path in EXAMPLES.rglob(f"*.{suffix}")
        if "target" not in path.parts
    ]

    assert sorted(linked) == sorted(sources)


@pytest.mark.parametrize("name", ["submit.py", "read_results.py"])
def test_the_examples_import_nothing_of_ours(name: str) -> None:
    imported: set[str] = set()
    for node in ast.walk(ast.parse((EXAMPLES / "python" / name).read_text("utf-8"))):
        match node:
            case ast.ImportFrom(module=str(module)):
                imported.add(module.partition(".")[0])
            case ast.Import(names=aliases):
                imported.update(alias.name.partition(".")[0] for alias in aliases)

    assert imported - set(sys.stdlib_module_names) == {"confluent_kafka"}


def test_every_status_is_explained() -> None:
    rows = re.findall(r"(?m)^\| `(\w+)` \| .+ \|$", section("### How a job ends"))

    assert rows == list(get_args(Status))


def test_topics_headers_and_sizes_are_those_of_the_contract() -> None:
    results = {
        headers.CONTENT_TYPE,
        headers.JOB_ID,
        headers.OPERATION,
        headers.ORIGIN_OFFSET,
        headers.ORIGIN_PARTITION,
        headers.ORIGIN_TOPIC,
        headers.STATUS,
        headers.TRACEPARENT,
    }
    row = next(line for line in section("## Reading").splitlines() if line.startswith("| headers"))

    assert set(re.findall(r"`([a-z]+-[a-z-]+|traceparent)`", row)) == results
    assert {f"header `{name}`" for name in (headers.AUDIO_SECONDS, headers.TRACEPARENT)} == set(
        re.findall(r"header `[a-z-]+`", section("## Sending"))
    )
    assert all(
        f"`{topic}`" in PAGE
        for topic in (topics.JOBS_TOPIC, topics.RESULTS_TOPIC, topics.DEAD_LETTERS_TOPIC)
    )
    assert f"over {topics.RESULTS_MAX_BYTES // 1024} KiB" in section("### Large results")
