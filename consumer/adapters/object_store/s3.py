"""How are objects read from and written to an S3 store?"""

import time
from base64 import b64encode
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from functools import partial
from hashlib import sha256
from typing import TYPE_CHECKING, Self

from consumer.adapters.object_store.s3_client import S3Options, connect
from consumer.adapters.object_store.s3_courier import Courier
from consumer.adapters.object_store.s3_download import Download, etag_of
from consumer.adapters.object_store.s3_errors import S3_FAILURES, is_conflict, translate
from consumer.adapters.object_store.whole import read_whole
from consumer.core.errors import ObjectExists, ObjectForbidden, ObjectNotFound
from schemas.uri import ObjectUri

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_s3.type_defs import (
        GetObjectOutputTypeDef,
        GetObjectRequestTypeDef,
        PutObjectRequestTypeDef,
    )

CONFLICT_PAUSES_SECONDS = (0.1, 0.3, 1.0)


class S3ObjectStore:
    """The `ObjectStore` port on AWS, MinIO, versitygw and their like.

    Never HEAD, whose refusals have no body to tell them apart. Owns the client and the courier,
    which all its threads share.
    """

    def __init__(
        self,
        client: "S3Client",
        sleep: Callable[[float], None] = time.sleep,
        conditional_create: bool = True,
        courier: Courier | None = None,
    ) -> None:
        self._client = client
        self._sleep = sleep
        self._conditional_create = conditional_create
        self._courier = courier

    @classmethod
    def connected(cls, options: S3Options, sleep: Callable[[float], None] = time.sleep) -> Self:
        """Reach the store that the options and the AWS configuration name.

        Raises `S3Misconfigured`.
        """
        access = connect(options)
        # obstore could send the owner, but not sign it, which AWS refuses.
        courier = None if options.terms.expected_bucket_owner else Courier(access)
        return cls(access.client, sleep, options.conditional_create, courier)

    def close(self) -> None:
        """Give the connections back."""
        self._client.close()
        if self._courier is not None:
            self._courier.close()

    @contextmanager
    def open(self, uri: ObjectUri, version_id: str | None = None) -> Iterator[Download]:
        """Make the one GET that says which bytes these are and then delivers them."""
        request: GetObjectRequestTypeDef = {"Bucket": uri.bucket, "Key": uri.key}
        if version_id is not None:
            request["VersionId"] = version_id
        with closing(Download(uri, partial(self._get, uri), request, sleep=self._sleep)) as opened:
            yield opened

    def read(self, uri: ObjectUri, max_bytes: int) -> bytes:
        """Return a small object whole; raises `ObjectTooLarge`."""
        with self.open(uri) as opened:
            return read_whole(opened, uri, max_bytes)

    def create(self, uri: ObjectUri, data: bytes, content_type: str) -> str:
        """Store the bytes under their SHA-256, which the store verifies; return the etag.

        `ObjectExists` may mean our own bytes: a request whose answer was lost is made again.
        """
        if not self._conditional_create:
            self._look(uri)
        if self._courier is not None and (etag := self._courier.put(uri, data, content_type)):
            return etag_of(etag, uri)
        pauses = iter(CONFLICT_PAUSES_SECONDS)
        while True:
            try:
                return self._put(uri, data, content_type)
            except S3_FAILURES as error:
                pause = next(pauses, None) if is_conflict(error) else None
                if pause is None:
                    raise translate(error, uri, "create") from error
            self._sleep(pause)

    def _get(self, uri: ObjectUri, request: "GetObjectRequestTypeDef") -> "GetObjectOutputTypeDef":
        if self._courier is not None and (carried := self._courier.get(uri, request)):
            return carried
        try:
            answer = self._client.get_object(**request)
        except S3_FAILURES as error:
            raise translate(error, uri, "read") from error
        self._outdo(uri)
        return answer

    def _look(self, uri: ObjectUri) -> None:
        """Raise `ObjectExists` for a name that is taken.

        Without list permission a missing object looks forbidden: the writing decides.
        """
        with suppress(ObjectNotFound, ObjectForbidden), self.open(uri):
            raise ObjectExists(f"{uri}: exists already")

    def _put(self, uri: ObjectUri, data: bytes, content_type: str) -> str:
        request: PutObjectRequestTypeDef = {
            "Bucket": uri.bucket,
            "Key": uri.key,
            "Body": data,
            "ContentType": content_type,
            "ChecksumSHA256": b64encode(sha256(data).digest()).decode(),
        }
        if self._conditional_create:
            request["IfNoneMatch"] = "*"
        answer = self._client.put_object(**request)
        self._outdo(uri)
        return etag_of(answer.get("ETag"), uri)

    def _outdo(self, uri: ObjectUri) -> None:
        if self._courier is not None:
            self._courier.outdone(uri)
