"""Whether what is in the way of a result is left alone, and said."""

import json

import pytest

from consumer.archive import CREATE_TRIES, MAX_STORED_BYTES, Archive
from consumer.core.errors import (
    ObjectChanged,
    ObjectExists,
    ObjectForbidden,
    ObjectNotFound,
    OutputConflict,
    OutputNotWritable,
    StorageUnavailable,
)
from consumer.storing import store_answer
from tests.fakes.object_store import InMemoryObjectStore
from tests.unit.worker.archived import JSON_URI, RTTM_URI, answered, content_of, resolved


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
