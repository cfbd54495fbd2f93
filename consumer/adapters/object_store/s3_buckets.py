"""How does obstore reach a bucket exactly where, and as whom, boto3 would?"""

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from obstore.exceptions import BaseError
from obstore.store import S3Store

from access.bucket_terms import BucketTerms
from consumer.adapters.object_store.s3_client import S3Access, S3Options
from consumer.adapters.object_store.s3_errors import S3_FAILURES

if TYPE_CHECKING:
    from collections.abc import Callable

    from botocore.credentials import Credentials
    from obstore.store import ClientConfig, S3Config, S3Credential

OBSTORE_FAILURES = (BaseError, OSError, ValueError)
"""All that obstore raises when the world is at fault."""

CREDENTIALS_LAST = timedelta(minutes=1)
"""Then boto3 is asked for them again, which renews what is about to expire."""

_NO_LIMIT = timedelta(days=365)
_SESSION_BUCKETS = "--x-s3"
"""Buckets whose name ends so want keys of their own, which boto3 knows how to get."""


def bucket_store(access: S3Access, bucket: str) -> S3Store | None:
    """Return what carries bytes and retries nothing; None: only boto3 can, at least for now."""
    if bucket.endswith(_SESSION_BUCKETS):
        return None
    try:
        credentials = access.credentials
        if credentials is None:
            return None
        return S3Store(
            bucket,
            config=_config(access, access.address(bucket)),
            client_options=_client_options(access.options, access.authorities.read_bytes()),
            retry_config={"max_retries": 0},
            credential_provider=credential_provider(credentials),
        )
    except (*OBSTORE_FAILURES, *S3_FAILURES):
        return None


def credential_provider(credentials: "Credentials") -> "Callable[[], S3Credential]":
    """Return what obstore asks for keys when the last ones are a minute old."""

    def current() -> "S3Credential":
        frozen = credentials.get_frozen_credentials()
        return {
            "access_key_id": frozen.access_key or "",
            "secret_access_key": frozen.secret_key or "",
            "token": frozen.token,
            "expires_at": datetime.now(UTC) + CREDENTIALS_LAST,
        }

    return current


def _config(access: S3Access, address: str) -> "S3Config":
    # Whatever is not said here, obstore reads from its own environment variables.
    return {
        "endpoint": address,
        "aws_endpoint_url_s3": address,
        # The address names the bucket already, in its host or in its path.
        "virtual_hosted_style_request": True,
        "region": access.client.meta.region_name,
        "checksum_algorithm": "sha256",
        "conditional_put": "etag",
        "skip_signature": False,
        "s3_express": False,
        **_encryption(access.options.terms),
    }


def _encryption(terms: BucketTerms) -> "S3Config":
    config: S3Config = {}
    if terms.sse:
        config["server_side_encryption"] = terms.sse
    if terms.kms_key_id:
        config["sse_kms_key_id"] = terms.kms_key_id
    return config


def _client_options(options: S3Options, authorities: bytes) -> "ClientConfig":
    return {
        "allow_http": True,
        "root_certificate": authorities,
        "connect_timeout": timedelta(seconds=options.connect_timeout_seconds),
        "read_timeout": timedelta(seconds=options.read_timeout_seconds),
        "timeout": _NO_LIMIT,
        "pool_max_idle_per_host": str(options.connections),
    }
