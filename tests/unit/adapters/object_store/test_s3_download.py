"""Are the bytes of a download those of one object, however often its link breaks?"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from io import BytesIO
from typing import TYPE_CHECKING, cast

import pytest
from botocore.response import StreamingBody
from hypothesis import given
from hypothesis import strategies as st
from urllib3.exceptions import ProtocolError

from consumer.adapters.object_store.s3_download import Download
from consumer.core.errors import ObjectChanged, ObjectNotFound, StorageUnavailable
from schemas.uri import ObjectUri

if TYPE_CHECKING:
    from mypy_boto3_s3.type_defs import GetObjectOutputTypeDef, GetObjectRequestTypeDef

URI = ObjectUri("s3", "calls", "a.wav")
CONTENT = bytes(range(256)) * 4
PAUSES = (1.0, 2.0, 4.0)


class BreakingStream(BytesIO):
    """The bytes before the break; then an end, or an error."""

    def __init__(self, content: bytes, raises: bool) -> None:
        super().__init__(content)
        self._raises = raises

    def read(self, size: int | None = -1, /) -> bytes:
        chunk = super().read(size)
        if not chunk and self._raises:
            raise ProtocolError("Connection broken")
        return chunk


@dataclass(slots=True)
class Store:
    """Answers GETs of one object; each of `breaks` is the length of one answer."""

    breaks: list[int] = field(default_factory=list)
    raises: bool = False
    etag: str | None = '"e1"'
    version_id: str | None = None
    content_range: str | None = None
    requests: list["GetObjectRequestTypeDef"] = field(default_factory=list)
    failure: Exception | None = None

    def get(self, request: "GetObjectRequestTypeDef") -> "GetObjectOutputTypeDef":
        self.requests.append(request)
        if self.failure is not None:
            raise self.failure
        start = int(request.get("Range", "bytes=0-")[len("bytes=") : -1])
        rest = CONTENT[start:]
        sent = rest[: self.breaks.pop(0)] if self.breaks else rest
        answer = {
            "Body": StreamingBody(BreakingStream(sent, self.raises), len(rest)),
            "ContentLength": len(rest),
            "ETag": self.etag,
            "VersionId": self.version_id,
        }
        if "Range" in request:
            whole = f"bytes {start}-{len(CONTENT) - 1}/{len(CONTENT)}"
            answer["ContentRange"] = self.content_range or whole
        # The real answer has thirty more fields.
        return cast("GetObjectOutputTypeDef", answer)


def download(store: Store, sleeps: list[float], pauses: Sequence[float] = PAUSES) -> Download:
    request: GetObjectRequestTypeDef = {"Bucket": URI.bucket, "Key": URI.key}
    return Download(URI, store.get, request, pauses, sleeps.append)


@given(breaks=st.lists(st.integers(0, len(CONTENT)), max_size=len(PAUSES)), raises=st.booleans())
def test_a_link_that_heals_delivers_every_byte_once(breaks: list[int], raises: bool) -> None:
    opened = download(Store(breaks, raises), [])

    assert b"".join(opened.chunks()) == CONTENT


def test_waits_longer_each_time_and_then_gives_up() -> None:
    sleeps: list[float] = []
    opened = download(Store([10] * 9), sleeps)

    with pytest.raises(StorageUnavailable, match="breaks off") as raised:
        list(opened.chunks())
    assert sleeps == list(PAUSES)
    assert not raised.value.everybody


def test_asks_for_the_rest_of_what_was_opened() -> None:
    store = Store([10], version_id="v1")

    list(download(store, []).chunks())

    assert store.requests[1] == {
        "Bucket": "calls",
        "Key": "a.wav",
        "VersionId": "v1",
        "IfMatch": '"e1"',
        "Range": "bytes=10-",
    }


@pytest.mark.parametrize("everybody", [True, False])
def test_an_outage_while_resuming_is_waited_out(everybody: bool) -> None:
    store = Store([10])
    sleeps: list[float] = []
    opened = download(store, sleeps)
    chunks = opened.chunks()
    next(chunks)
    store.failure = StorageUnavailable("down", str(URI), everybody)

    with pytest.raises(StorageUnavailable, match="breaks off") as raised:
        next(chunks)
    assert sleeps == list(PAUSES)
    assert (raised.value.place, raised.value.everybody) == ("s3://calls/a.wav", everybody)


def test_a_deletion_is_noticed_when_resuming() -> None:
    store = Store([10])
    chunks = download(store, []).chunks()
    next(chunks)
    store.failure = ObjectNotFound("gone")

    with pytest.raises(ObjectChanged, match="deleted"):
        next(chunks)


def test_a_store_that_ignores_the_condition_is_found_out() -> None:
    store = Store([10])
    chunks = download(store, []).chunks()
    next(chunks)
    store.etag = '"e2"'

    with pytest.raises(ObjectChanged, match="replaced"):
        next(chunks)


@pytest.mark.parametrize("content_range", ["", "bytes 0-1023/1024", "bytes 10-1023/4096"])
def test_another_part_than_asked_for_is_never_delivered(content_range: str) -> None:
    store = Store([10], content_range=content_range or "none")
    opened = download(store, [])

    with pytest.raises(StorageUnavailable):
        list(opened.chunks())


@pytest.mark.parametrize("etag", [None, "", '"', '"e', "e1"])
def test_an_answer_without_a_whole_etag_is_none(etag: str | None) -> None:
    with pytest.raises(StorageUnavailable, match="etag"):
        download(Store(etag=etag), [])
