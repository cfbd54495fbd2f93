"""How does a download survive a broken link without mixing two versions of an object?"""

import time
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

from botocore.exceptions import IncompleteReadError

from consumer.adapters.object_store.s3_errors import S3_FAILURES
from consumer.core.errors import ObjectChanged, ObjectNotFound, StorageUnavailable
from consumer.core.model import ObjectIdentity
from schemas.uri import ObjectUri

if TYPE_CHECKING:
    from botocore.response import StreamingBody
    from mypy_boto3_s3.type_defs import GetObjectOutputTypeDef, GetObjectRequestTypeDef

CHUNK_BYTES = 1 << 20
RESUME_PAUSES_SECONDS = (0.2, 0.5, 1.0, 2.0)
"""One resumption each; the client's own retries of a request come on top."""

_NO_ANSWER = (*S3_FAILURES, StorageUnavailable)


class Download:
    """One GET under way. Its headers are known; the body waits on the socket until it is read.

    Owns the response: `close` it. Belongs to one thread.
    """

    def __init__(
        self,
        uri: ObjectUri,
        get: "Callable[[GetObjectRequestTypeDef], GetObjectOutputTypeDef]",
        request: "GetObjectRequestTypeDef",
        pauses: Sequence[float] = RESUME_PAUSES_SECONDS,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._uri = uri
        self._get = get
        self._request = request
        self._pauses = iter(pauses)
        self._sleep = sleep
        self._received = 0
        answer = get(request)
        self._body: StreamingBody | None = answer["Body"]
        self._identity = _identity_of(answer, uri)

    @property
    def identity(self) -> ObjectIdentity:
        return self._identity

    def close(self) -> None:
        """Give up what was not read."""
        if self._body is not None:
            self._body.close()

    def chunks(self) -> Iterator[bytes]:
        """Yield the body in pieces of at most `CHUNK_BYTES`; a second call goes on."""
        while self._received < self._identity.size_bytes:
            try:
                chunk = self._next_chunk()
            except _NO_ANSWER as error:
                self._break_off(error)
            else:
                self._received += len(chunk)
                yield chunk

    def _next_chunk(self) -> bytes:
        if self._body is None:
            self._body = self._rest()
        chunk: bytes = self._body.read(CHUNK_BYTES)
        if not chunk:
            size = self._identity.size_bytes
            raise IncompleteReadError(actual_bytes=self._received, expected_bytes=size)
        return chunk

    def _break_off(self, error: Exception) -> None:
        """Wait before the body is asked for again, unless that was tried often enough."""
        self.close()
        self._body = None
        pause = next(self._pauses, None)
        if pause is None:
            everybody = isinstance(error, StorageUnavailable) and error.everybody
            reason = f"{self._uri}: the download breaks off again and again"
            raise StorageUnavailable(reason, str(self._uri), everybody) from error
        self._sleep(pause)

    def _rest(self) -> "StreamingBody":
        try:
            answer = self._get(self._pinned_request())
        except ObjectNotFound as error:
            raise ObjectChanged(f"{self._uri} was deleted while it was read") from error
        if etag_of(answer.get("ETag"), self._uri) != self._identity.etag:
            raise ObjectChanged(f"{self._uri} was replaced while it was read")
        size = self._identity.size_bytes
        if answer.get("ContentRange") != f"bytes {self._received}-{size - 1}/{size}":
            reason = f"{self._uri}: the store sends another part than asked for"
            raise StorageUnavailable(reason, str(self._uri))
        return answer["Body"]

    def _pinned_request(self) -> "GetObjectRequestTypeDef":
        """Ask for what is missing of these very bytes: even version `null` may be replaced."""
        request: GetObjectRequestTypeDef = {
            **self._request,
            "IfMatch": f'"{self._identity.etag}"',
            "Range": f"bytes={self._received}-",
        }
        if self._identity.version_id is not None:
            request["VersionId"] = self._identity.version_id
        return request


def etag_of(header: str | None, uri: ObjectUri) -> str:
    """Return the etag without quotes; a store that gives none is out of order.

    Nor is one that lacks a quote a whole one: the link broke in the middle of it, which the HTTP
    client takes for the end of the headers.
    """
    if not header or len(header) < 3 or header[0] + header[-1] != '""':
        raise StorageUnavailable(f"{uri}: the store gave no whole etag ({header})", str(uri))
    return header.strip('"')


def _identity_of(answer: "GetObjectOutputTypeDef", uri: ObjectUri) -> ObjectIdentity:
    # A link that breaks inside the headers looks like an answer with fewer of them.
    if "ContentLength" not in answer:
        raise StorageUnavailable(f"{uri}: the store gave no length", str(uri))
    return ObjectIdentity(
        etag=etag_of(answer.get("ETag"), uri),
        version_id=answer.get("VersionId"),
        size_bytes=answer["ContentLength"],
    )
