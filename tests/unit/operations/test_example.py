"""Whether the operation that the documentation shows answers jobs like one of our own."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from consumer.archive import Archive, Kept
from consumer.core.errors import ModelUnavailable, OutputConflict
from consumer.core.model import CatalogueModel
from consumer.core.work import Prepared, Task
from consumer.diarization.models.model_files import model_directory
from consumer.operations.plugin import OperationContext
from consumer.operations.registry import Repertoire, gather
from consumer.storing import store_answer
from schemas.codec import decode_job
from schemas.result_parts import ResolvedAudio
from schemas.uri import ObjectUri
from tests.fakes.audio import waveform
from tests.fakes.jobs import OUTPUT_URI, job_bytes, record, ticket
from tests.fakes.object_store import InMemoryObjectStore
from tests.plugin.installing import installed, model_in

FINGERPRINT = "0123456789abcdef"
QUARTER = 4000
LOUD, QUIET = [0.5] * QUARTER, [0.0] * QUARTER


@pytest.fixture
def serves(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Repertoire:
    monkeypatch.syspath_prepend(installed(tmp_path))
    return gather(["transcribe"], {}, OperationContext("cpu", None, model_directory))


@pytest.fixture
def model(tmp_path: Path) -> CatalogueModel:
    return CatalogueModel("loud-words", "loud-words", directory=str(model_in(tmp_path / "words")))


@pytest.fixture
def store() -> InMemoryObjectStore:
    return InMemoryObjectStore({"results"})


def asked(
    serves: Repertoire, model: CatalogueModel, samples: list[float], **fields: Any
) -> Prepared:
    value = job_bytes(operation="transcribe", **fields)
    task = Task(ticket(record(value)), decode_job(value, serves.shapes), model, OUTPUT_URI)
    task.fingerprint = FINGERPRINT
    seconds = len(samples) / 16_000
    task.audio = ResolvedAudio(uri=task.job.audio.uri, etag="a", duration_seconds=seconds)
    return Prepared(task, waveform(samples), 0.0)


def answered(
    serves: Repertoire, model: CatalogueModel, store: InMemoryObjectStore, *batch: Prepared
) -> list[Kept]:
    """Run a batch as the device does, and store what it answers."""
    archive = Archive(store, serves.operations, serves.shapes)
    loaded = serves.operations["transcribe"].load(model)
    steps = [found for step in loaded.run(batch) for found in step]
    return [store_answer(archive, batch[number].task, conclude(), 1) for number, conclude in steps]


def test_every_loud_moment_is_a_word(
    serves: Repertoire, model: CatalogueModel, store: InMemoryObjectStore
) -> None:
    one = asked(serves, model, [*LOUD, *QUIET, *LOUD], output={"formats": ["txt"]})
    other = asked(serves, model, LOUD, job_id="deaf", params={"loudness": 0.9})

    kept, silent = answered(serves, model, store, one, other)

    assert json.loads(kept.stored.result.model_dump_json()) == {
        "words": [
            {"start": 0.0, "end": 0.25, "word": "who"},
            {"start": 0.5, "end": 0.75, "word": "speaks"},
        ]
    }
    assert json.loads(silent.stored.result.model_dump_json()) == {"words": []}
    text = store.stored(ObjectUri.parse(f"{OUTPUT_URI}call-1/{FINGERPRINT}.txt"))
    assert text is not None
    assert text.content == b"who speaks\n"
    assert text.content_type == "text/plain; charset=utf-8"


def test_an_answer_of_a_later_version_is_rendered_and_kept_whole(
    serves: Repertoire, model: CatalogueModel, store: InMemoryObjectStore
) -> None:
    (kept,) = answered(serves, model, store, asked(serves, model, LOUD))
    place = kept.outputs[0].uri
    later = json.loads(kept.stored.model_dump_json())
    later["result"]["language"] = "en"
    store.put(place, json.dumps(later).encode())

    again = Archive(store, serves.operations, serves.shapes).find(
        asked(serves, model, LOUD, output={"formats": ["txt"]}).task
    )

    assert again is not None
    assert again.stored.result.model_extra == {"language": "en"}
    assert [output.format for output in again.outputs] == ["json", "txt"]


def test_what_has_another_shape_is_not_published_as_its_answer(
    serves: Repertoire, model: CatalogueModel, store: InMemoryObjectStore
) -> None:
    (kept,) = answered(serves, model, store, asked(serves, model, LOUD))
    other = json.loads(kept.stored.model_dump_json())
    other["result"] = {"text": "who"}
    store.put(kept.outputs[0].uri, json.dumps(other).encode())

    with pytest.raises(OutputConflict, match=r"result\.words: is required"):
        Archive(store, serves.operations, serves.shapes).find(asked(serves, model, LOUD).task)


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"sha256": "0" * 64}, "not those the catalogue pins"),
        ({"directory": None}, "names no directory for loud-words"),
        ({"directory": "no-such-directory"}, "the files of loud-words cannot be read"),
    ],
)
def test_a_model_that_is_not_what_the_catalogue_says_is_unavailable(
    serves: Repertoire, model: CatalogueModel, change: dict[str, Any], problem: str
) -> None:
    with pytest.raises(ModelUnavailable, match=problem):
        serves.operations["transcribe"].load(replace(model, **change))
