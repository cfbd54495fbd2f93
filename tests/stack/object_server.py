"""How a client reaches an S3 server of the stack."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tests.stack.ports import HOST

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client


@dataclass(frozen=True, slots=True)
class ObjectServer:
    """One S3 server, with credentials made for this run alone."""

    name: str
    port: int
    access_key: str = field(default_factory=lambda: f"stack-{secrets.token_hex(6)}")
    secret_key: str = field(default_factory=lambda: secrets.token_hex(16), repr=False)
    region: str = "us-east-1"

    @property
    def endpoint(self) -> str:
        """The base URL; buckets are addressed by path."""
        return f"http://{HOST}:{self.port}"

    @property
    def environment(self) -> dict[str, str]:
        """The variables by which any AWS client finds this server."""
        return {
            "AWS_ENDPOINT_URL_S3": self.endpoint,
            "AWS_ACCESS_KEY_ID": self.access_key,
            "AWS_SECRET_ACCESS_KEY": self.secret_key,
            "AWS_REGION": self.region,
        }

    def client(self) -> S3Client:
        """A plain boto3 client that knows nothing of our code."""
        import boto3  # slow to import, and most tests never come here
        from botocore.config import Config

        return boto3.client(
            "s3",
            endpoint_url=self.endpoint,
            aws_access_key_id=self.access_key,
            aws_secret_access_key=self.secret_key,
            region_name=self.region,
            config=Config(s3={"addressing_style": "path"}),
        )

    def new_bucket(self, prefix: str) -> str:
        """Name of a new, empty bucket."""
        bucket = f"{prefix}-{secrets.token_hex(4)}"
        self.client().create_bucket(Bucket=bucket)
        return bucket
