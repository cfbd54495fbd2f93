"""Whether a result is stored once, and everybody gets what is stored."""

import json
from typing import Any

import pytest

from consumer.archive import CREATE_TRIES, MAX_STORED_BYTES, Archive
from consumer.core.errors import (
    ConditionalCreateUnsupported,
    ObjectChanged,
    ObjectExists,
    ObjectForbidden,
    ObjectNotFound,
    OutputConflict,
    OutputNotWritable,
    OutputUriRefused,
    StorageUnavailable,
)
from consumer.core.ports import Answer
from consumer.core.work import Prepared, Task
from consumer.storing import store_answer
from schemas.diarization import DiarizationResult
from schemas.result import ResultWarning
from schemas.result_parts import ResolvedAudio
from schemas.uri import ObjectUri
from tests.fakes.jobs import prepared, task
from tests.fakes.object_store import InMemoryObjectStore
from tests.fakes.operation import FakeOperation, one_speaker

FINGERPRINT = "0123456789abcdef"
JSON_URI = ObjectUri.parse(f"s3://results/call-1/{FINGERPRINT}.json")
RTTM_URI = ObjectUri.parse(f"s3://results/call-1/{FINGERPRINT}.rttm")


@pytest.fixture
def store() -> InMemoryObjectStore:
    return InMemoryObjectStore({"results"})


@pytest.fixture
def archive(store: InMemoryObjectStore) -> Archive:
    return Archive(store, {"diarize": FakeOperation()})


def resolved(**fields: Any) -> Task:
    """A task whose audio was opened and decoded."""
    found = task(**fields)
    found.fingerprint = FINGERPRINT
    found.audio = ResolvedAudio(uri=found.job.audio.uri, etag="abc", duration_seconds=1.0)
    return found


def answered(of: Task) -> tuple[Prepared, Answer]:
    recording = prepared(of)
    return recording, one_speaker([recording])[0]


def nobody_spoke() -> Answer:
    return Answer(DiarizationResult.of([], None, 1.0), (ResultWarning(code="quiet", message="!"),))


def test_a_result_lies_under_the_key_of_its_computation(
    archive: Archive, store: InMemoryObjectStore
) -> None:
    kept = store_answer(archive, *answered(resolved()), engine_version=1)

    found = store.stored(JSON_URI)
    assert found is not None
    assert found.content_type == "application/json"
    assert json.loads(found.content)["fingerprint"] == FINGERPRINT
    assert [(o.format, o.uri, o.etag, o.size_bytes) for o in kept.outputs] == [
        ("json", JSON_URI, found.identity.etag, found.identity.size_bytes)
    ]


def test_keeps_the_warnings_of_the_audio_and_of_the_model(archive: Archive) -> None:
    finished = resolved()
    finished.warnings.append(ResultWarning(code="audio_truncated", message="short"))

    kept = store_answer(archive, prepared(finished), nobody_spoke(), engine_version=1)

    assert [warning.code for warning in kept.stored.warnings] == ["audio_truncated", "quiet"]


def test_the_first_writer_wins_and_everybody_gets_what_is_stored(archive: Archive) -> None:
    first = store_answer(archive, *answered(resolved()), engine_version=1)

    second = store_answer(archive, prepared(resolved()), nobody_spoke(), engine_version=1)

    assert second == first
    assert archive.find(resolved()) == first


def test_nothing_is_found_where_nothing_was_stored(archive: Archive) -> None:
    assert archive.find(resolved()) is None


def test_a_store_that_may_not_be_listed_looks_empty(
    archive: Archive, store: InMemoryObjectStore
) -> None:
    store.forbid(JSON_URI)

    assert archive.find(resolved()) is None
    with pytest.raises(OutputNotWritable):
        store_answer(archive, *answered(resolved()), engine_version=1)


def test_a_look_that_is_forbidden_decides_nothing_and_the_writing_does(
    archive: Archive, store: InMemoryObjectStore
) -> None:
    store.fail_next(ObjectForbidden("perhaps only missing"))

    assert archive.find(resolved()) is None
    store_answer(archive, *answered(resolved()), engine_version=1)
    assert store.stored(JSON_URI) is not None


def test_a_store_without_conditional_creation_is_not_written_to(
    archive: Archive, store: InMemoryObjectStore
) -> None:
    store.fail_next(ConditionalCreateUnsupported("not implemented"))

    with pytest.raises(OutputNotWritable, match="not implemented"):
        store_answer(archive, *answered(resolved()), engine_version=1)


def test_a_missing_bucket_is_known_before_anything_is_computed(
    archive: Archive, store: InMemoryObjectStore
) -> None:
    store.buckets.clear()

    with pytest.raises(OutputNotWritable):
        archive.find(resolved())


def test_an_object_that_is_written_and_may_not_be_read_is_an_output_error(
    archive: Archive, store: InMemoryObjectStore
) -> None:
    store_answer(archive, *answered(resolved()), engine_version=1)
    store.fail_next(ObjectExists("taken"), ObjectForbidden("not for you"))

    with pytest.raises(OutputNotWritable, match="not for you"):
        store_answer(archive, *answered(resolved()), engine_version=1)


def test_a_result_that_is_replaced_while_it_is_read_is_read_again_later(
    archive: Archive, store: InMemoryObjectStore
) -> None:
    store.fail_next(ObjectChanged("replaced"))

    with pytest.raises(StorageUnavailable, match="replaced") as raised:
        archive.find(resolved())

    assert (raised.value.place, raised.value.everybody) == (str(JSON_URI), False)


def test_derived_formats_lie_beside_the_json(archive: Archive, store: InMemoryObjectStore) -> None:
    wanting = resolved(output={"formats": ["rttm", "rttm"]})

    kept = store_answer(archive, *answered(wanting), engine_version=1)

    found = store.stored(RTTM_URI)
    assert found is not None
    assert (found.content, found.content_type) == (
        b"rttm of call-1",
        "text/plain; charset=utf-8",
    )
    assert [(output.format, output.uri) for output in kept.outputs] == [
        ("json", JSON_URI),
        ("rttm", RTTM_URI),
    ]


def test_a_format_that_the_first_job_did_not_want_is_derived_from_what_is_stored(
    archive: Archive, store: InMemoryObjectStore
) -> None:
    store_answer(archive, *answered(resolved()), engine_version=1)

    kept = archive.find(resolved(output={"formats": ["rttm"]}))

    assert kept is not None
    assert [output.format for output in kept.outputs] == ["json", "rttm"]
    assert store.stored(RTTM_URI) is not None


def test_what_a_later_version_wrote_survives(archive: Archive, store: InMemoryObjectStore) -> None:
    store_answer(archive, *answered(resolved()), engine_version=1)
    document = json.loads(content_of(store)) | {"languages": ["de"]}
    document["result"]["overlap_seconds"] = 0.5
    store.put(JSON_URI, json.dumps(document).encode())

    kept = archive.find(resolved())

    assert kept is not None
    assert kept.stored.model_dump()["languages"] == ["de"]
    assert kept.stored.result.model_dump()["overlap_seconds"] == 0.5
    assert kept.outputs[0].size_bytes == len(content_of(store))


@pytest.mark.parametrize(
    "foreign", [b"", b"not json", b"{}", b"[]", b"\xff", b'{"job_id": "call-1"}'], ids=repr
)
def test_a_foreign_object_under_the_key_is_a_conflict(
    archive: Archive, store: InMemoryObjectStore, foreign: bytes
) -> None:
    store.put(JSON_URI, foreign)

    with pytest.raises(OutputConflict, match="not a result"):
        archive.find(resolved())
    with pytest.raises(OutputConflict, match="not a result"):
        store_answer(archive, *answered(resolved()), engine_version=1)
    assert content_of(store) == foreign


@pytest.mark.parametrize("fields", [{"job_id": "call-2"}, {"fingerprint": "f" * 16}], ids=str)
def test_the_result_of_another_job_under_the_key_is_a_conflict(
    archive: Archive, store: InMemoryObjectStore, fields: dict[str, str]
) -> None:
    store_answer(archive, *answered(resolved()), engine_version=1)
    store.put(JSON_URI, json.dumps(json.loads(content_of(store)) | fields).encode())

    with pytest.raises(OutputConflict, match="another job"):
        archive.find(resolved())


def test_an_object_that_is_too_large_for_a_result_is_not_read(
    store: InMemoryObjectStore, archive: Archive
) -> None:
    huge = store.put(JSON_URI, b"{}")
    object.__setattr__(huge.identity, "size_bytes", MAX_STORED_BYTES + 1)

    with pytest.raises(OutputConflict, match="cannot be a result"):
        archive.find(resolved())


def test_a_foreign_object_in_the_place_of_another_format_is_a_conflict(
    archive: Archive, store: InMemoryObjectStore
) -> None:
    store.put(RTTM_URI, b"mine")

    with pytest.raises(OutputConflict, match="rttm"):
        store_answer(archive, *answered(resolved(output={"formats": ["rttm"]})), engine_version=1)


def test_an_object_that_vanishes_after_it_was_in_the_way_makes_room(
    archive: Archive, store: InMemoryObjectStore
) -> None:
    store.fail_next(ObjectExists("there"), ObjectNotFound("gone"))

    store_answer(archive, *answered(resolved()), engine_version=1)

    assert store.stored(JSON_URI) is not None


def test_an_object_that_exists_for_writers_alone_is_a_broken_store(
    archive: Archive, store: InMemoryObjectStore
) -> None:
    store.fail_next(*[ObjectExists("there"), ObjectNotFound("gone")] * CREATE_TRIES)

    with pytest.raises(StorageUnavailable, match="4 times") as raised:
        store_answer(archive, *answered(resolved()), engine_version=1)

    assert raised.value.place == str(JSON_URI)
    assert not raised.value.everybody


def test_a_store_that_does_not_answer_is_no_empty_store(
    archive: Archive, store: InMemoryObjectStore
) -> None:
    store.fail_next(StorageUnavailable("slow down"))

    with pytest.raises(StorageUnavailable):
        archive.find(resolved())


def test_an_output_prefix_that_leaves_no_room_is_refused(archive: Archive) -> None:
    cramped = resolved()
    cramped.output_uri = f"s3://results/{'x' * 1000}/"

    with pytest.raises(OutputUriRefused, match="1024 bytes"):
        archive.find(cramped)


def content_of(store: InMemoryObjectStore) -> bytes:
    found = store.stored(JSON_URI)
    assert found is not None
    return found.content
