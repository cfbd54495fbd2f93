"""Does the S3 adapter deliver the right bytes, or say what went wrong, over links that break?"""

from contextlib import suppress

import pytest

from consumer.adapters.object_store.s3 import S3ObjectStore
from consumer.core.errors import ObjectChanged, ObjectExists, ObjectNotFound, StorageUnavailable
from schemas.uri import ObjectUri
from tests.contract.object_store.link import Link, linked, refusal
from tests.contract.object_store.s3_clients import overwrite, store_of
from tests.contract.object_store.suite import JSON, LARGE
from tests.stack.object_server import ObjectServer

pytestmark = pytest.mark.s3

MORE_THAN_ANYBODY_ASKS = 20
EARLY = 256 << 10
"""Bytes that fit the buffers: MinIO lets no writer pass while it still has something to send."""


@pytest.mark.parametrize("resets", [False, True], ids=["ends", "resets"])
def test_resumes_a_download_that_breaks_off(
    s3: S3ObjectStore, shaky: S3ObjectStore, link: Link, uri: ObjectUri, resets: bool
) -> None:
    s3.create(uri, LARGE, "audio/wav")
    link.resets = resets
    link.cuts.extend([5 << 20, 100, 7_654_321])

    with shaky.open(uri) as opened:
        delivered = b"".join(opened.chunks())

    assert delivered == LARGE
    assert link.connections == 4


def test_resumes_the_version_that_was_opened(
    object_server: ObjectServer, shaky: S3ObjectStore, link: Link, versioned: ObjectUri
) -> None:
    overwrite(object_server, versioned, LARGE)
    link.cuts.append(EARLY)

    with shaky.open(versioned) as opened:
        overwrite(object_server, versioned, b"x" * len(LARGE))

        assert b"".join(opened.chunks()) == LARGE


def test_never_mixes_two_objects(
    object_server: ObjectServer, shaky: S3ObjectStore, link: Link, uri: ObjectUri
) -> None:
    overwrite(object_server, uri, LARGE)
    link.cuts.append(EARLY)

    with shaky.open(uri) as opened:
        overwrite(object_server, uri, b"x" * len(LARGE))

        with pytest.raises(ObjectChanged):
            list(opened.chunks())


def test_notices_a_deletion_when_it_resumes(
    object_server: ObjectServer, shaky: S3ObjectStore, link: Link, uri: ObjectUri
) -> None:
    overwrite(object_server, uri, LARGE)
    link.cuts.append(EARLY)

    with shaky.open(uri) as opened:
        object_server.client().delete_object(Bucket=uri.bucket, Key=uri.key)

        with pytest.raises(ObjectChanged):
            list(opened.chunks())


def test_gives_up_on_a_link_that_stays_broken(
    s3: S3ObjectStore, shaky: S3ObjectStore, link: Link, uri: ObjectUri
) -> None:
    s3.create(uri, LARGE, "audio/wav")
    link.cuts.extend([1 << 20] * 10)

    with shaky.open(uri) as opened, pytest.raises(StorageUnavailable, match="breaks off"):
        list(opened.chunks())


def test_asks_again_when_the_store_is_busy(
    s3: S3ObjectStore, shaky: S3ObjectStore, link: Link, uri: ObjectUri
) -> None:
    s3.create(uri, b"hello", JSON)
    link.answers.append(refusal(503, "SlowDown"))

    assert shaky.read(uri, 100) == b"hello"
    assert link.connections == 2


@pytest.mark.parametrize(
    "cut_short",
    [
        b"HTTP/1.1 100 Continue\r\n",
        b'HTTP/1.1 200 OK\r\nETag: "0123"\r\nContent-Len',
        b"HTTP/1.1 200 OK\r\nLast-Modified: Mon, 23 N\r\n\r\n",
    ],
    ids=["interim answer", "header", "date"],
)
def test_an_answer_that_is_cut_short_is_no_answer(
    s3: S3ObjectStore, shaky: S3ObjectStore, link: Link, uri: ObjectUri, cut_short: bytes
) -> None:
    s3.create(uri, b"hello", JSON)
    link.answers.append(cut_short)
    with suppress(StorageUnavailable), shaky.open(uri) as opened:
        assert b"".join(opened.chunks()) == b"hello"

    link.answers.append(cut_short)
    with suppress(StorageUnavailable, ObjectExists):
        shaky.create(uri, b"others", JSON)

    assert s3.read(uri, 100) == b"hello"


def test_asks_again_when_two_writers_met(shaky: S3ObjectStore, link: Link, uri: ObjectUri) -> None:
    link.answers.extend([refusal(409, "ConditionalRequestConflict")] * 3)

    assert shaky.create(uri, b"hello", JSON)
    assert shaky.read(uri, 100) == b"hello"


def test_gives_up_when_writers_meet_for_ever(
    shaky: S3ObjectStore, link: Link, uri: ObjectUri
) -> None:
    link.answers.extend([refusal(409, "ConditionalRequestConflict")] * MORE_THAN_ANYBODY_ASKS)

    with pytest.raises(StorageUnavailable, match="ConditionalRequestConflict"):
        shaky.create(uri, b"hello", JSON)


@pytest.mark.parametrize("status", [403, 404, 412])
def test_a_bare_status_says_nothing(
    s3: S3ObjectStore, shaky: S3ObjectStore, link: Link, uri: ObjectUri, status: int
) -> None:
    s3.create(uri, b"hello", JSON)
    link.answers.extend([refusal(status, "")] * MORE_THAN_ANYBODY_ASKS)

    with pytest.raises(StorageUnavailable):
        shaky.read(uri, 100)


def test_the_store_refuses_bytes_that_were_spoilt_on_the_way(
    s3: S3ObjectStore, shaky: S3ObjectStore, link: Link, uri: ObjectUri
) -> None:
    link.spoils = (b"SPEAKER_00", b"SPEAKER_01")

    with pytest.raises(StorageUnavailable):
        shaky.create(uri, b"turn of SPEAKER_00", JSON)

    with pytest.raises(ObjectNotFound):
        s3.read(uri, 100)


def test_a_store_that_is_away_is_an_outage(object_server: ObjectServer, uri: ObjectUri) -> None:
    with linked(object_server.port) as gone:
        endpoint = gone.endpoint

    with store_of(object_server, endpoint) as store, pytest.raises(StorageUnavailable) as raised:
        store.read(uri, 100)

    assert raised.value.everybody
    assert raised.value.place == str(uri)


@pytest.mark.parametrize(
    ("code", "everybody"),
    [("SlowDown", True), ("ServiceUnavailable", True), ("InternalError", False)],
)
def test_a_refusal_that_stays_is_everybodys_outage_or_one_objects(
    shaky: S3ObjectStore, link: Link, uri: ObjectUri, code: str, everybody: bool
) -> None:
    link.answers.extend([refusal(503, code)] * MORE_THAN_ANYBODY_ASKS)

    with pytest.raises(StorageUnavailable, match=code) as raised:
        shaky.create(uri, b"hello", JSON)

    assert raised.value.everybody is everybody


def test_an_answer_that_never_begins_may_be_about_this_object_alone(
    shaky: S3ObjectStore, link: Link, uri: ObjectUri
) -> None:
    link.cuts.extend([1] * 10)

    with pytest.raises(StorageUnavailable) as raised:
        shaky.read(uri, 100)

    assert not raised.value.everybody
