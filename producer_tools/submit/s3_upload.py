"""Put local files into an S3 bucket."""

from boto3.exceptions import Boto3Error
from botocore.exceptions import BotoCoreError, ClientError

from producer_tools.exits import StoreUnreachable
from producer_tools.s3 import reason, s3_client
from producer_tools.submit.sources import LocalFile
from producer_tools.submit.upload import object_name
from schemas.uri import ObjectUri


class S3Upload:
    """Names objects by their bytes, so that what is there already needs no second upload."""

    def __init__(self, prefix: str) -> None:
        self._prefix = prefix
        self._s3 = s3_client()

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
            raise StoreUnreachable(f"{uri} cannot be written: {reason(error, uri)}") from error

    def _is_there(self, uri: ObjectUri, size_bytes: int) -> bool:
        try:
            head = self._s3.head_object(Bucket=uri.bucket, Key=uri.key)
        except ClientError:
            # Absent, or not ours to look at: the upload itself gives the definite answer.
            return False
        return head["ContentLength"] == size_bytes
