"""Who carries bytes from and to S3 while nothing is the matter?

obstore, for a sixth of boto3's processor time (ADR 11). It tells in prose what went wrong, and
takes some keys for others: whatever it does not deliver is asked of boto3, whose answer counts.
"""

import logging
from threading import Lock
from typing import TYPE_CHECKING, cast

import obstore
from botocore.exceptions import ClientError

from consumer.adapters.object_store.s3_buckets import OBSTORE_FAILURES, bucket_store
from consumer.adapters.object_store.s3_download import CHUNK_BYTES
from consumer.adapters.object_store.s3_errors import translate
from consumer.core.errors import StorageUnavailable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mypy_boto3_s3.type_defs import GetObjectOutputTypeDef, GetObjectRequestTypeDef
    from obstore import GetResult, PutMode
    from obstore.store import S3Store

    from consumer.adapters.object_store.s3_client import S3Access
    from schemas.uri import ObjectUri

log = logging.getLogger("turnstream.worker")

PATIENCE = 100
"""So many times in a row boto3 had to deliver: more than an outage that comes and goes."""

_NO_SUCH_KEY = "<Code>NoSuchKey</Code>"
"""The one refusal that is believed: half of all reads look for a result that is not there yet."""


class Courier:
    """Makes each request once. All threads share it; its connections are kept for each bucket."""

    def __init__(self, access: "S3Access") -> None:
        self._access = access
        self._mode: PutMode = "create" if access.options.conditional_create else "overwrite"
        self._stores: dict[str, S3Store | None] = {}
        # A session must not make two clients at a time.
        self._reaching = Lock()
        # Threads that lose each other's counts only make it more patient.
        self._outdone: dict[str, int] = {}

    def close(self) -> None:
        """Give the connections back."""
        self._stores.clear()

    def get(
        self, uri: "ObjectUri", request: "GetObjectRequestTypeDef"
    ) -> "GetObjectOutputTypeDef | None":
        """Begin a download from its first byte; None: ask boto3. Raises `ObjectNotFound`."""
        store = self._store_of(uri)
        if store is None or "Range" in request:
            return None
        version = request.get("VersionId")
        try:
            result = obstore.get(store, uri.key, options={"version": version} if version else None)
        except FileNotFoundError as error:
            if _NO_SUCH_KEY in str(error):
                raise _missing(uri) from error
            return None
        except OBSTORE_FAILURES:
            return None
        self._outdone[uri.bucket] = 0
        return _answer(result, uri)

    def put(self, uri: "ObjectUri", data: bytes, content_type: str) -> str | None:
        """Store the bytes under their SHA-256; return the quoted etag; None: ask boto3."""
        store = self._store_of(uri)
        if store is None:
            return None
        try:
            put = obstore.put(
                store,
                uri.key,
                data,
                attributes={"Content-Type": content_type},
                mode=self._mode,
                use_multipart=False,
            )
        except OBSTORE_FAILURES:
            return None
        self._outdone[uri.bucket] = 0
        return put["e_tag"]

    def outdone(self, uri: "ObjectUri") -> None:
        """Note that boto3 delivered; after too many times in a row it is no longer waited for."""
        count = self._outdone[uri.bucket] = self._outdone.get(uri.bucket, 0) + 1
        if count == PATIENCE:
            self._stores[uri.bucket] = None
            log.warning("boto3 alone serves this bucket", extra={"bucket": uri.bucket})

    def _store_of(self, uri: "ObjectUri") -> "S3Store | None":
        if not _is_taken_literally(uri.key):
            return None
        if uri.bucket not in self._stores:
            self._reach(uri.bucket)
        return self._stores.get(uri.bucket)

    def _reach(self, bucket: str) -> None:
        with self._reaching:
            if bucket not in self._stores and (store := bucket_store(self._access, bucket)):
                self._stores[bucket] = store


class CarriedBody:
    """The rest of a download, read as boto3's bodies are. Belongs to one thread."""

    def __init__(self, result: "GetResult", uri: "ObjectUri") -> None:
        self._chunks: Iterator[bytes] = iter(result.stream(min_chunk_size=CHUNK_BYTES))
        self._uri = uri
        self._held = b""

    def read(self, size: int) -> bytes:
        """Return at most so many bytes, none at the end; raises `StorageUnavailable`."""
        if not self._held:
            self._held = self._next()
        piece, self._held = self._held[:size], self._held[size:]
        return piece

    def close(self) -> None:
        """Give up what was not read, and with it the connection."""
        self._chunks = iter(())
        self._held = b""

    def _next(self) -> bytes:
        try:
            return next(self._chunks, b"")
        except OBSTORE_FAILURES as error:
            raise StorageUnavailable(f"{self._uri}: the link broke", str(self._uri)) from error


def _is_taken_literally(key: str) -> bool:
    """Whether obstore asks for this key and no other, and nothing in it looks like an answer."""
    return "" not in key.split("/") and "<" not in key


def _missing(uri: "ObjectUri") -> Exception:
    return translate(ClientError({"Error": {"Code": "NoSuchKey"}}, "GetObject"), uri, "read")


def _answer(result: "GetResult", uri: "ObjectUri") -> "GetObjectOutputTypeDef":
    meta = result.meta
    answer = {
        "Body": CarriedBody(result, uri),
        "ContentLength": meta["size"],
        "ETag": meta["e_tag"],
        "VersionId": meta["version"],
    }
    # boto3's answer has thirty more fields, and a body that can do more: nobody here asks for them.
    return cast("GetObjectOutputTypeDef", answer)
