"""Are carried bytes read as boto3's are, and with keys that are never old?"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, cast

import pytest
from botocore.credentials import Credentials
from botocore.exceptions import ClientError
from hypothesis import given
from hypothesis import strategies as st
from obstore.exceptions import GenericError

from consumer.adapters.object_store.s3_buckets import (
    CREDENTIALS_LAST,
    bucket_store,
    credential_provider,
)
from consumer.adapters.object_store.s3_client import S3Options, connect
from consumer.adapters.object_store.s3_courier import CarriedBody
from consumer.core.errors import StorageUnavailable
from schemas.uri import ObjectUri

if TYPE_CHECKING:
    from boto3.session import Session
    from obstore import GetResult

URI = ObjectUri("s3", "calls", "a.wav")


@dataclass(slots=True)
class Result:
    """A download of obstore's that breaks off, or does not."""

    chunks: list[bytes]
    breaks: bool = False

    def stream(self, min_chunk_size: int) -> Iterator[bytes]:
        assert min_chunk_size > 0
        yield from self.chunks
        if self.breaks:
            raise GenericError("HTTP error: request or response body error")


def body(*chunks: bytes, breaks: bool = False) -> CarriedBody:
    # Nothing else of a result is touched.
    return CarriedBody(cast("GetResult", Result(list(chunks), breaks)), URI)


@given(chunks=st.lists(st.binary(min_size=1), max_size=5), size=st.integers(1, 10))
def test_every_byte_comes_once_in_pieces_that_were_asked_for(
    chunks: list[bytes], size: int
) -> None:
    carried = body(*chunks)

    pieces = list(iter(lambda: carried.read(size), b""))

    assert b"".join(pieces) == b"".join(chunks)
    assert all(len(piece) <= size for piece in pieces)


def test_a_broken_link_is_an_outage_of_this_object() -> None:
    carried = body(b"half", breaks=True)
    assert carried.read(10) == b"half"

    with pytest.raises(StorageUnavailable) as raised:
        carried.read(10)

    assert (raised.value.place, raised.value.everybody) == (str(URI), False)


def test_a_closed_body_has_nothing_more() -> None:
    carried = body(b"one", b"two")
    carried.read(1)

    carried.close()

    assert carried.read(10) == b""


def test_keys_are_asked_for_again_after_a_minute() -> None:
    credentials = Credentials("first", "secret", "token")
    provider = credential_provider(credentials)
    assert provider()["access_key_id"] == "first"

    credentials.access_key = "second"
    keys = provider()

    assert keys["access_key_id"] == "second"
    assert keys["token"] == "token"
    assert keys["expires_at"] is not None
    assert keys["expires_at"] - datetime.now(UTC) <= CREDENTIALS_LAST <= timedelta(minutes=1)


@pytest.fixture
def _keys(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "nobody")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "nothing")
    monkeypatch.setenv("AWS_CONFIG_FILE", "/dev/null")


@pytest.mark.usefixtures("_keys")
@pytest.mark.parametrize(("bucket", "reached"), [("calls", True), ("calls--euw1-az1--x-s3", False)])
def test_a_bucket_with_keys_of_its_own_is_not_for_obstore(bucket: str, reached: bool) -> None:
    access = connect(S3Options(region="eu-west-1"))

    assert (bucket_store(access, bucket) is not None) is reached


@pytest.mark.usefixtures("_keys")
def test_authorities_that_cannot_be_read_are_left_to_boto3(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_CA_BUNDLE", "/nowhere/authorities.pem")

    assert bucket_store(connect(S3Options(region="eu-west-1")), "calls") is None


class BrokenSession:
    """Its role cannot be taken on, today."""

    def get_credentials(self) -> None:
        raise ClientError({"Error": {"Code": "AccessDenied"}}, "AssumeRole")


@pytest.mark.usefixtures("_keys")
def test_a_role_that_is_refused_is_left_to_boto3_until_it_is_given() -> None:
    access = connect(S3Options(region="eu-west-1"))
    # Nothing else of a session is touched.
    broken = replace(access, session=cast("Session", BrokenSession()))

    assert bucket_store(broken, "calls") is None
    assert bucket_store(access, "calls") is not None


def test_without_credentials_nothing_is_carried(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_CONFIG_FILE", "/dev/null")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", "/dev/null")
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")

    assert bucket_store(connect(S3Options(region="eu-west-1")), "calls") is None
