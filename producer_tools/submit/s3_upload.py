"""Put local files into an S3 bucket; endpoint, region and credentials come the AWS way."""

import os
import re
from typing import TYPE_CHECKING, Final

import boto3
from boto3.exceptions import Boto3Error
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from producer_tools.exits import StoreUnreachable, WrongUsage
from producer_tools.submit.sources import LocalFile
from producer_tools.submit.upload import object_name
from schemas.uri import ObjectUri

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

# How boto3 words what a server answered, around a sentence that repeats both names.
_ANSWER: Final = re.compile(r"An error occurred \((?P<code>\w+)\).* operation: (?P<message>.*)")


class S3Upload:
    """Names objects by their bytes, so that what is there already needs no second upload."""

    def __init__(self, prefix: str) -> None:
        self._prefix = prefix
        try:
            self._s3 = _client()
        except (BotoCoreError, ValueError) as error:
            raise WrongUsage(f"S3 cannot be used as the AWS settings are: {error}") from error

    def uri(self, file: LocalFile) -> ObjectUri:
        """Name the object that the file becomes."""
        return ObjectUri.parse(f"{self._prefix}{object_name(file)}")

    def store(self, file: LocalFile) -> None:
        """Upload the file, in parts when it is large; raises `StoreUnreachable`."""
        uri = self.uri(file)
        try:
            if not self._is_there(uri, file.size_bytes):
                self._s3.upload_file(str(file.path), uri.bucket, uri.key)
        except (BotoCoreError, Boto3Error, ClientError) as error:
            raise StoreUnreachable(f"{uri} cannot be written: {_reason(error, uri)}") from error

    def _is_there(self, uri: ObjectUri, size_bytes: int) -> bool:
        try:
            head = self._s3.head_object(Bucket=uri.bucket, Key=uri.key)
        except ClientError:
            # Absent, or not ours to look at: the upload itself gives the definite answer.
            return False
        return head["ContentLength"] == size_bytes


def _client() -> "S3Client":
    # Not boto3's default session: that one keeps the first credentials it ever saw.
    return boto3.session.Session().client(
        "s3",
        config=Config(
            connect_timeout=5,
            retries={"mode": "standard"},
            s3={"addressing_style": "path" if _has_own_endpoint() else "auto"},
        ),
    )


def _has_own_endpoint() -> bool:
    """Tell whether one host serves all buckets, so that they are no sub-domains of it."""
    return bool(os.environ.get("AWS_ENDPOINT_URL_S3") or os.environ.get("AWS_ENDPOINT_URL"))


def _reason(error: Exception, uri: ObjectUri) -> str:
    answer = _ANSWER.search(str(error))
    if answer is None:
        return str(error).rstrip(".")
    if answer["code"] == "NoSuchBucket":
        return f"there is no bucket {uri.bucket}"
    return f"{answer['message'].rstrip('.')} ({answer['code']})"
