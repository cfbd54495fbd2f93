"""What does every request to a bucket say beyond which object it is about?"""

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from botocore.model import OperationModel
    from mypy_boto3_s3 import S3Client

Sse = Literal["AES256", "aws:kms", "aws:kms:dsse"]
_ACCOUNT = re.compile(r"\d{12}")


@dataclass(frozen=True, slots=True)
class BucketTerms:
    """How objects are to be encrypted, and whose the buckets must be."""

    sse: Sse | None = None
    """How the store encrypts what is written; None: as the bucket says."""
    kms_key_id: str | None = None
    """With which key of the KMS; None: the bucket's, or the account's own."""
    expected_bucket_owner: str | None = None
    """The AWS account; requests about buckets of others are refused."""

    def __post_init__(self) -> None:
        if self.kms_key_id is not None and self.sse not in {"aws:kms", "aws:kms:dsse"}:
            raise ValueError(
                "TURNSTREAM_STORE__KMS_KEY_ID needs TURNSTREAM_STORE__SSE=aws:kms or aws:kms:dsse"
            )
        owner = self.expected_bucket_owner
        if owner is not None and not _ACCOUNT.fullmatch(owner):
            raise ValueError(
                f"TURNSTREAM_STORE__EXPECTED_BUCKET_OWNER={owner}: an AWS account has 12 digits"
            )

    def bind(self, client: "S3Client") -> None:
        """Let every request of the client say so, as far as its kind can."""
        said = {
            "ServerSideEncryption": self.sse,
            "SSEKMSKeyId": self.kms_key_id,
            "ExpectedBucketOwner": self.expected_bucket_owner,
        }
        terms = {name: value for name, value in said.items() if value is not None}

        def complete(params: dict[str, object], model: "OperationModel", **_: object) -> None:
            known = model.input_shape.members if model.input_shape else {}
            params.update({name: terms[name] for name in terms if name in known})

        client.meta.events.register("before-parameter-build.s3", complete)
