"""The contract page says what the code does."""

import re
from pathlib import Path

import pytest

from schemas import headers, topics
from schemas.codes import ErrorCode, WarningCode
from schemas.commit_metadata import Mark, Progress, decode, encode
from schemas.diarization import DiarizationResult, DiarizeParams
from schemas.embedding import EmbedParams, EmbedResult, Voiceprint
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
    EmbedParams,
    EmbedResult,
    Job,
    ModelIdentity,
    Origin,
    Output,
    OutputRequest,
    ResolvedAudio,
    Result,
    StoredResult,
    Timings,
    Voiceprint,
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


def test_the_example_of_commit_metadata_is_read_as_it_says() -> None:
    [(offset, text)] = re.findall(r"a commit of offset (\d+) with `([^`]+)` says:", PAGE)
    rows = re.findall(r"(?m)^\| (\d+)(?: to \d+)? \| open \| (\d) \| (\d) \|", PAGE)
    finished = re.findall(r"(?m)^\| (\d+) to (\d+) \| finished \|", PAGE)
    [end] = re.findall(r"(?m)^\| (\d+) and on \| open \|", PAGE)
    marks = {int(each): Mark(int(starts), int(attempts)) for each, starts, attempts in rows}

    progress = decode(int(offset), text)

    assert progress == Progress(int(end), marks)
    assert encode(int(offset), progress) == text
    assert all(progress.is_finished(int(each)) for edges in finished for each in edges)


def test_every_file_it_points_to_is_there() -> None:
    links = re.findall(r"\]\(\.\./([^)]+)\)", PAGE)

    assert links
    assert [link for link in links if not (ROOT / link).exists()] == []
