"""How is an S3 store reached, and with how much patience?"""

import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Literal
from urllib.parse import urlsplit

from access.bucket_terms import BucketTerms
from consumer.core.errors import CannotStart

if TYPE_CHECKING:
    from boto3.session import Session
    from botocore.awsrequest import AWSPreparedRequest
    from botocore.credentials import Credentials
    from mypy_boto3_s3 import S3Client

AddressingStyle = Literal["auto", "path", "virtual"]

_ATTEMPTS = 3


@dataclass(frozen=True, slots=True)
class S3Options:
    """Where the store is; credentials come the AWS way: environment, profile, role."""

    endpoint: str | None = None
    """Base URL of MinIO and the like; None: AWS, or what `AWS_ENDPOINT_URL_S3` says."""
    region: str | None = None
    """None: what `AWS_REGION` or the AWS configuration says."""
    addressing_style: AddressingStyle = "auto"
    """How the bucket is named: `auto` is in the path with an endpoint, else in the host name."""
    connections: int = 8
    """Kept for the next call; more at the same time are opened and thrown away, with a warning."""
    connect_timeout_seconds: float = 5.0
    read_timeout_seconds: float = 20.0
    """The longest silence, not the longest download."""
    conditional_create: bool = True
    """False: look, then write, for stores without `If-None-Match`; two writers may then cross."""

    terms: BucketTerms = field(default_factory=BucketTerms)
    """What every request says about encryption, and about whose the bucket must be."""

    def __post_init__(self) -> None:
        # The client's own errors quote the endpoint.
        if self.endpoint is not None and "@" in urlsplit(self.endpoint).netloc:
            raise ValueError("the S3 endpoint must not hold credentials: AWS_ACCESS_KEY_ID does")


class S3Misconfigured(CannotStart):
    """No client can be made of what the AWS configuration says."""


@dataclass(frozen=True, slots=True)
class S3Access:
    """One reading of the AWS configuration: a client, and how others reach the same store."""

    options: S3Options
    session: "Session"
    client: "S3Client"
    authorities: Path
    """A PEM file of who may vouch for the store over TLS."""

    @property
    def credentials(self) -> "Credentials | None":
        """Whose keys are renewed when they are asked for; the client uses the same ones."""
        return self.session.get_credentials()

    def address(self, bucket: str) -> str:
        """Return the URL that keys are appended to, with a slash between; sends nothing."""
        # A client of its own, since it never gets as far as sending. Signed URLs would not do:
        # they lead to the host names of old.
        client = _client(self.session, self.options)
        client.meta.events.register("before-send.s3", _turn_back)
        try:
            client.get_object(Bucket=bucket, Key="k")
        except _OnItsWay as request:
            return request.url.removesuffix("/k")
        finally:
            client.close()
        raise AssertionError("a request was answered that was not sent")


class _OnItsWay(Exception):
    """A request that was about to be sent."""

    def __init__(self, url: str) -> None:
        super().__init__(url)
        self.url = url


def _turn_back(request: "AWSPreparedRequest", **_: object) -> None:
    raise _OnItsWay(request.url)


def connect(options: S3Options) -> S3Access:
    """Make a client that all threads share; nothing is sent yet. Raises `S3Misconfigured`."""
    from botocore.exceptions import BotoCoreError  # half a second that local files save

    try:
        return _access(options)
    except BotoCoreError as error:
        raise S3Misconfigured(f"no S3 client: {error}") from error
    except ValueError as error:  # it quotes the endpoint, which may hold a password
        raise S3Misconfigured(
            "no S3 client: AWS_ENDPOINT_URL_S3 is no http(s):// address"
        ) from error


def _access(options: S3Options) -> S3Access:
    import boto3
    from botocore.httpsession import DEFAULT_CA_BUNDLE
    from botocore.session import get_session

    core = get_session()
    session = boto3.session.Session(botocore_session=core)
    # The order in which the client looks.
    chosen = core.get_config_variable("ca_bundle") or os.environ.get("REQUESTS_CA_BUNDLE")
    authorities = Path(chosen or DEFAULT_CA_BUNDLE)
    return S3Access(options, session, _client(session, options), authorities)


def _client(session: "Session", options: S3Options) -> "S3Client":
    from botocore.config import Config
    from botocore.handlers import add_expect_header

    client: S3Client = session.client(
        "s3",
        endpoint_url=options.endpoint,
        # boto3 alone among the AWS clients knows only AWS_DEFAULT_REGION.
        region_name=options.region or os.environ.get("AWS_REGION"),
        config=Config(
            s3={"addressing_style": options.addressing_style},
            retries={"mode": "standard", "total_max_attempts": _ATTEMPTS},
            connect_timeout=options.connect_timeout_seconds,
            read_timeout=options.read_timeout_seconds,
            max_pool_connections=options.connections,
            # What is written carries its SHA-256, what is read is hashed by its reader; anything
            # more would be a trailer that older stores do not take.
            request_checksum_calculation="when_required",
            response_checksum_validation="when_required",
        ),
    )
    # Without `Expect: 100-continue`: if the link breaks inside that answer, the client reads its
    # end for ever (botocore, `AWSConnection._consume_headers`). Results are small enough to send.
    client.meta.events.unregister("before-call.s3", add_expect_header)
    options.terms.bind(client)
    return client
