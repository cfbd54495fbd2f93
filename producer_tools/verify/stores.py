"""Fetch the objects that results name, from S3 or from directories of this machine."""

from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Final, Protocol

from producer_tools.exits import StoreUnreachable
from producer_tools.verify.claims import StoredObject
from schemas.uri import ObjectUri

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

_ABSENT: Final = frozenset({"NoSuchKey", "NoSuchBucket", "404"})


class Stores(Protocol):
    """Where objects lie; asked from several threads."""

    def read(self, uri: ObjectUri) -> StoredObject | None:
        """Return an object whole, None when there is none; raises `StoreUnreachable`."""


class RealStores:
    """S3 as the AWS settings say, and files; S3 is reached when its first object is asked for."""

    def read(self, uri: ObjectUri) -> StoredObject | None:
        """Return an object whole, None when there is none; raises `StoreUnreachable`."""
        return self._read_s3(uri) if uri.scheme == "s3" else _read_file(uri)

    @cached_property
    def _s3(self) -> "S3Client":
        from producer_tools.s3 import s3_client

        return s3_client()

    def _read_s3(self, uri: ObjectUri) -> StoredObject | None:
        from botocore.exceptions import BotoCoreError, ClientError

        from producer_tools.s3 import reason

        try:
            answer = self._s3.get_object(Bucket=uri.bucket, Key=uri.key)
            return StoredObject(answer["Body"].read(), answer["ETag"].strip('"'))
        except (BotoCoreError, ClientError) as error:
            if isinstance(error, ClientError) and error.response["Error"]["Code"] in _ABSENT:
                return None
            raise StoreUnreachable(f"{uri} cannot be read: {reason(error, uri)}") from error


def _read_file(uri: ObjectUri) -> StoredObject | None:
    try:
        return StoredObject(Path(uri.path).read_bytes())
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        raise StoreUnreachable(f"{uri} cannot be read ({error.strerror})") from error
