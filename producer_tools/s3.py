"""Reach an S3 store; endpoint, region and credentials come the AWS way."""

import os
import re
from typing import TYPE_CHECKING, Final

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError
from botocore.handlers import add_expect_header
from pydantic import ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from access.bucket_terms import BucketTerms, Sse
from producer_tools.exits import WrongUsage
from schemas.uri import ObjectUri

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

# How boto3 words what a server answered, around a sentence that repeats both names.
_ANSWER: Final = re.compile(r"An error occurred \((?P<code>\w+)\).* operation: (?P<message>.*)")


class _Environment(BaseSettings):
    """The part of the workers' store settings that clients need; the rest is theirs."""

    model_config = SettingsConfigDict(env_prefix="TURNSTREAM_STORE__", extra="ignore")

    sse: Sse | None = None
    kms_key_id: str | None = None
    expected_bucket_owner: str | None = None


def s3_client() -> "S3Client":
    """Open a client; raises `WrongUsage` when the AWS settings, or our own, make none."""
    terms = _terms()
    try:
        # Not boto3's default session: that one keeps the first credentials it ever saw.
        client: S3Client = boto3.session.Session().client(
            "s3",
            config=Config(
                connect_timeout=5,
                retries={"mode": "standard"},
                s3={"addressing_style": "path" if _has_own_endpoint() else "auto"},
            ),
        )
    except (BotoCoreError, ValueError) as error:
        raise WrongUsage(f"S3 cannot be used as the AWS settings are: {error}") from error
    # An answer to `Expect: 100-continue` that is cut short would keep the client busy for ever.
    client.meta.events.unregister("before-call.s3", add_expect_header)
    terms.bind(client)
    return client


def _terms() -> BucketTerms:
    try:
        said = _Environment()
        return BucketTerms(said.sse, said.kms_key_id, said.expected_bucket_owner)
    except ValidationError as error:
        problem = error.errors()[0]
        name = str(problem["loc"][0]).upper()
        raise WrongUsage(f"TURNSTREAM_STORE__{name}: {problem['msg']}") from error
    except ValueError as error:
        raise WrongUsage(str(error)) from error


def reason(error: Exception, uri: ObjectUri) -> str:
    """Say in the server's words why it did not do what it was asked."""
    answer = _ANSWER.search(str(error))
    if answer is None:
        return str(error).rstrip(".")
    if answer["code"] == "NoSuchBucket":
        return f"there is no bucket {uri.bucket}"
    return f"{answer['message'].rstrip('.')} ({answer['code']})"


def _has_own_endpoint() -> bool:
    """Tell whether one host serves all buckets, so that they are no sub-domains of it."""
    return bool(os.environ.get("AWS_ENDPOINT_URL_S3") or os.environ.get("AWS_ENDPOINT_URL"))
