"""Whether a result is stored once, and everybody gets what is stored."""

import json

import pytest

from consumer.archive import Archive
from consumer.core.errors import (
    ConditionalCreateUnsupported,
    ObjectForbidden,
    OutputNotWritable,
    OutputUriRefused,
    StorageUnavailable,
)
from consumer.storing import store_answer
from schemas.result import ResultWarning
from tests.fakes.object_store import InMemoryObjectStore
from tests.unit.worker.archived import (
    FINGERPRINT,
    JSON_URI,
    RTTM_URI,
    answered,
    content_of,
    nobody_spoke,
    resolved,
)


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

    kept = store_answer(archive, finished, nobody_spoke(), engine_version=1)

    assert [warning.code for warning in kept.stored.warnings] == ["audio_truncated", "quiet"]


def test_the_first_writer_wins_and_everybody_gets_what_is_stored(archive: Archive) -> None:
    first = store_answer(archive, *answered(resolved()), engine_version=1)

    second = store_answer(archive, resolved(), nobody_spoke(), engine_version=1)

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
