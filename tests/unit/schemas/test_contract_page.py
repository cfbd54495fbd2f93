"""The contract page says what the code does."""

import re
from pathlib import Path

import pytest

from schemas import headers, topics
from schemas.codes import ErrorCode, WarningCode
from schemas.diarization import DiarizationResult, DiarizeParams
from schemas.job import AudioReference, Job, OutputRequest
from schemas.result import Result, StoredResult
from schemas.result_parts import ModelIdentity, Origin, Output, ResolvedAudio, Timings
from schemas.wire import WireModel

ROOT = Path(__file__).parents[3]
PAGE = (ROOT / "docs/contract.md").read_text("utf-8")
MODELS: list[type[WireModel]] = [
    AudioReference,
    DiarizationResult,
    DiarizeParams,
    Job,
    ModelIdentity,
    Origin,
    Output,
    OutputRequest,
    ResolvedAudio,
    Result,
    StoredResult,
    Timings,
]


def test_every_code_is_explained_with_whether_to_try_again() -> None:
    rows = re.findall(r"^\| `(\w+)` \| (yes|no) \| .+ \|$", PAGE, re.MULTILINE)

    assert rows == [(str(code), "yes" if code.retryable else "no") for code in ErrorCode]
    assert all(f"`{code}`" in PAGE.split("Warnings:")[1] for code in WarningCode)


@pytest.mark.parametrize("model", MODELS)
def test_every_field_is_named(model: type[WireModel]) -> None:
    words = set(re.findall(r"\w+", PAGE))

    assert set(model.model_fields) <= words


def test_every_header_and_topic_is_named() -> None:
    ours = {headers.TRACEPARENT, headers.AUDIO_SECONDS, headers.REDRIVEN_FROM, headers.JOB_ID}
    named = {topics.JOBS_TOPIC, topics.RESULTS_TOPIC, topics.DEAD_LETTERS_TOPIC}

    for name in ours | named | headers.DEAD_LETTER_NAMES:
        assert f"`{name}" in PAGE


def test_every_file_it_points_to_is_there() -> None:
    links = re.findall(r"\]\(\.\./([^)]+)\)", PAGE)

    assert links
    assert [link for link in links if not (ROOT / link).exists()] == []
