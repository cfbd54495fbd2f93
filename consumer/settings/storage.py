"""Where may audio come from and results go, and how is the store reached?"""

from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, ValidationInfo, field_validator, model_validator

from access.bucket_terms import BucketTerms, Sse
from consumer.settings.section import Section
from schemas import topics
from schemas.uri import PrefixAllowList


def _prefixes(values: tuple[str, ...]) -> tuple[str, ...]:
    PrefixAllowList(values)
    return values


Prefixes = Annotated[tuple[str, ...], AfterValidator(_prefixes)]


class StoreSettings(Section):
    """How to talk to S3.

    Endpoint, region and credentials come the AWS way: AWS_ENDPOINT_URL_S3, AWS_REGION, …
    """

    addressing_style: Literal["auto", "path", "virtual"] = Field(
        "auto",
        description=(
            "path for MinIO and versitygw behind one host name; auto chooses it for an endpoint."
        ),
    )
    conditional_create: Literal["required", "look-then-write"] = Field(
        "required",
        description=(
            "look-then-write: for stores without If-None-Match; two workers that answer the same "
            "job at the same moment may then overwrite each other's object."
        ),
    )
    connect_timeout_seconds: float = Field(5.0, gt=0, description="Raise it for far-away stores.")
    read_timeout_seconds: float = Field(
        30.0, gt=0, description="Silence on a download before it is resumed."
    )
    sse: Sse | None = Field(
        None,
        description=(
            "How the store encrypts what is written (AES256, aws:kms, aws:kms:dsse); none: as the "
            "bucket says. Set it where a policy refuses writes that do not say."
        ),
    )
    kms_key_id: str | None = Field(
        None, min_length=1, description="The KMS key for SSE=aws:kms; none: the bucket's."
    )
    expected_bucket_owner: str | None = Field(
        None,
        description=(
            "AWS account, 12 digits: buckets of any other are refused. Each request then costs "
            "0.8 ms of processor time more, since boto3 alone can say it."
        ),
    )

    @property
    def terms(self) -> BucketTerms:
        """What every request to a bucket says."""
        return BucketTerms(self.sse, self.kms_key_id, self.expected_bucket_owner)

    @model_validator(mode="after")
    def _agree(self) -> Self:
        BucketTerms(self.sse, self.kms_key_id, self.expected_bucket_owner)  # raises
        return self


class AudioSettings(Section):
    """What audio is accepted, and what decoding it may cost."""

    allowed: Prefixes = Field(
        (),
        description='Where audio may be read from, e.g. ["s3://calls/"]. Empty: jobs are refused.',
    )
    max_bytes: int = Field(
        2 * 1024**3, gt=0, description="Largest encoded file that is downloaded (into memory)."
    )
    max_seconds: float = Field(
        36_000.0, gt=0, description="Longest decoded recording; an hour needs 230 MB of memory."
    )
    decode_cpu_seconds: int = Field(
        600, gt=0, description="CPU time one file may take to decode before its child is killed."
    )
    decode_memory_bytes: int = Field(
        512 * 1024**2,
        gt=0,
        description=(
            "Memory one decoder child may use beyond its libraries and the decoded samples."
        ),
    )


class OutputSettings(Section):
    """Where results are stored."""

    allowed: Prefixes = Field(
        (), description='Prefixes that results may be written under, e.g. ["s3://results/"].'
    )
    default_uri: str | None = Field(
        None,
        description=(
            "Where results of jobs without output.uri go; ends in /. None: such jobs are refused."
        ),
    )
    results_max_bytes: int = Field(
        topics.RESULTS_MAX_BYTES,
        gt=0,
        description=(
            "A larger result message carries no inline result: readers take the stored object."
        ),
    )

    @field_validator("default_uri")
    @classmethod
    def _is_allowed(cls, default_uri: str | None, info: ValidationInfo) -> str | None:
        if default_uri is None or "allowed" not in info.data:  # refused itself
            return default_uri
        if not PrefixAllowList(info.data["allowed"]).admits_prefix(default_uri):
            raise ValueError(f"{default_uri} is not under a prefix of TURNSTREAM_OUTPUT__ALLOWED")
        return default_uri
