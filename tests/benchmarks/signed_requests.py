"""What would S3 cost with botocore's signer on a bare urllib3, the alternative to obstore?"""

from base64 import b64encode
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from hashlib import sha256
from types import TracebackType
from typing import Self
from urllib.parse import quote

from botocore.auth import S3SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from urllib3 import BaseHTTPResponse, HTTPConnectionPool

from consumer.adapters.object_store.whole import read_whole
from consumer.core.errors import ObjectExists, ObjectNotFound
from consumer.core.model import ObjectIdentity
from consumer.core.ports import OpenObject
from schemas.uri import ObjectUri
from tests.stack.object_server import ObjectServer
from tests.stack.ports import HOST

CHUNK_BYTES = 1 << 20


class OpenResponse:
    """The body of one answer."""

    def __init__(self, response: BaseHTTPResponse) -> None:
        self._response = response
        headers = response.headers
        etag, version_id = headers["ETag"].strip('"'), headers.get("x-amz-version-id")
        self.identity = ObjectIdentity(etag, version_id, int(headers["Content-Length"]))

    def chunks(self) -> Iterator[bytes]:
        while chunk := self._response.read(CHUNK_BYTES):
            yield chunk


class SignedRequests:
    """As much of an `ObjectStore` as a measurement needs: no reading of errors, no retries."""

    def __init__(self, server: ObjectServer) -> None:
        self._endpoint = server.endpoint
        self._pool = HTTPConnectionPool(HOST, server.port, maxsize=16)
        credentials = Credentials(server.access_key, server.secret_key)
        self._signer = S3SigV4Auth(credentials, "s3", server.region)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None
    ) -> None:
        self._pool.close()

    @contextmanager
    def open(self, uri: ObjectUri, version_id: str | None = None) -> Iterator[OpenObject]:
        assert version_id is None
        response = self._request("GET", uri, {})
        if response.status == 404:
            response.drain_conn()
            response.release_conn()
            raise ObjectNotFound(str(uri))
        yield OpenResponse(response)
        response.release_conn()

    def read(self, uri: ObjectUri, max_bytes: int) -> bytes:
        with self.open(uri) as opened:
            return read_whole(opened, uri, max_bytes)

    def create(self, uri: ObjectUri, data: bytes, content_type: str) -> str:
        headers = {
            "Content-Type": content_type,
            "If-None-Match": "*",
            "x-amz-checksum-sha256": b64encode(sha256(data).digest()).decode(),
        }
        response = self._request("PUT", uri, headers, data)
        response.read()
        response.release_conn()
        if response.status != 200:
            raise ObjectExists(str(uri))
        return response.headers["ETag"].strip('"')

    def _request(
        self, method: str, uri: ObjectUri, headers: Mapping[str, str], data: bytes | None = None
    ) -> BaseHTTPResponse:
        path = f"/{uri.bucket}/{quote(uri.key)}"
        request = AWSRequest(method, self._endpoint + path, headers=dict(headers), data=data)
        self._signer.add_auth(request)
        return self._pool.urlopen(
            method, path, data, dict(request.headers), retries=False, preload_content=False
        )
