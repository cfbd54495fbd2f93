"""What does a refusal or a silence of an S3 store mean for the object that was asked for?

The error code in the response's body decides, never the bare status: a wrong secret, a skewed clock
and a forbidden key are all 403, and one gateway answers 404 to an access key it does not know.

An outage is everybody's when no other object could fare better. A link that ends in the middle, a
long silence and an internal error may be about this very object: only others tell.
"""

from dataclasses import dataclass
from typing import Literal

from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    ConnectionError,
    CredentialRetrievalError,
    LoginError,
    MetadataRetrievalError,
    NoAuthTokenError,
    NoCredentialsError,
    PartialCredentialsError,
    SSOError,
    TokenRetrievalError,
)
from botocore.parsers import ResponseParserError
from urllib3.exceptions import HTTPError

from consumer.core.errors import (
    BucketNotFound,
    ConditionalCreateUnsupported,
    ObjectChanged,
    ObjectExists,
    ObjectForbidden,
    ObjectNotFound,
    StorageUnavailable,
    StoreError,
)
from schemas.uri import ObjectUri

Action = Literal["read", "create"]

S3_FAILURES = (BotoCoreError, ClientError, HTTPError, ResponseParserError, ValueError)
"""All that a call to the client, or reading a body, raises when the world is at fault.

A number or a date that a broken link cut short is a ValueError inside the client."""

OUT_OF_REACH = (
    ConnectionError,  # refused, not in time, no such host, no TLS
    CredentialRetrievalError,
    LoginError,
    MetadataRetrievalError,
    NoAuthTokenError,
    NoCredentialsError,
    PartialCredentialsError,
    SSOError,
    TokenRetrievalError,
)
"""Nobody was asked about any object."""

OPERATIONS = frozenset({"GetObject", "PutObject"})
"""Whose refusals are about an object; all others are about the worker's own role."""

CONFLICTS = frozenset({"ConditionalRequestConflict", "OperationAborted"})
"""Two writers met: the store wants the very same request again."""


@dataclass(frozen=True, slots=True)
class Rule:
    """What an error code means; the first rule that fits decides."""

    code: str
    error: type[StoreError] | type[StorageUnavailable]
    sentence: str
    on: Action | None = None
    """The action that it is about; None: any."""
    message_holds: str = ""
    """A part of the store's own message, in lower case, for codes with several meanings."""


def _outages(sentence: str, *codes: str) -> tuple[Rule, ...]:
    return tuple(Rule(code, StorageUnavailable, sentence) for code in codes)


EVERYBODYS = (
    *_outages("the worker's credentials have expired", "ExpiredToken", "TokenRefreshRequired"),
    *_outages("the store does not know the session token", "InvalidToken"),
    *_outages("the store does not know the access key", "InvalidAccessKeyId", "XAdminUserNotFound"),
    *_outages("the secret key is wrong", "SignatureDoesNotMatch"),
    *_outages("the worker's clock is wrong", "RequestTimeTooSkewed"),
    *_outages("the account is closed", "AccountProblem"),
    *_outages(
        "the store asks for fewer requests",
        "SlowDown",
        "SlowDownRead",
        "SlowDownWrite",
        "ServiceUnavailable",
        "RequestLimitExceeded",
        "Throttling",
        "ThrottlingException",
        "TooManyRequests",
    ),
    *_outages("the store is starting", "XMinioServerNotInitialized"),
    *_outages("the store is full", "XMinioStorageFull"),
)
"""What a store says to anybody, whatever the object."""


RULES = (
    Rule("NoSuchKey", ObjectNotFound, "does not exist"),
    Rule("NoSuchVersion", ObjectNotFound, "has no such version"),
    Rule("InvalidArgument", ObjectNotFound, "has no such version", "read", "version id"),
    Rule("MethodNotAllowed", ObjectNotFound, "was deleted: the version is a marker", "read"),
    Rule("NoSuchBucket", BucketNotFound, "lies in a bucket that does not exist"),
    Rule("InvalidBucketName", BucketNotFound, "lies in a bucket that cannot exist"),
    Rule("AccessDenied", ObjectForbidden, "may not be touched with the worker's credentials"),
    Rule("AllAccessDisabled", ObjectForbidden, "is closed to everybody"),
    Rule("InvalidObjectState", ObjectForbidden, "is archived and must be restored first"),
    Rule(
        "InvalidRequest",
        ObjectForbidden,
        "is encrypted with a key that only its owner has",
        "read",
        "server side encryption",
    ),
    Rule("KMS.DisabledException", ObjectForbidden, "is encrypted with a disabled key"),
    Rule("KMS.NotFoundException", ObjectForbidden, "is encrypted with a key that is gone"),
    Rule("KeyTooLongError", ObjectForbidden, "has a key that this store does not take"),
    Rule("XMinioInvalidObjectName", ObjectForbidden, "has a key that this store does not take"),
    Rule("XMinioParentIsObject", ObjectForbidden, "lies below an object", "create"),
    Rule("ObjectParentIsFile", ObjectForbidden, "lies below an object", "create"),
    Rule("ExistingObjectIsDirectory", ObjectForbidden, "is the prefix of others", "create"),
    Rule("PreconditionFailed", ObjectExists, "exists already", "create"),
    Rule("PreconditionFailed", ObjectChanged, "was replaced while it was read", "read"),
    Rule("InvalidRange", ObjectChanged, "became shorter while it was read", "read"),
    Rule(
        "NotImplemented",
        ObjectForbidden,
        "cannot be encrypted by this store as TURNSTREAM_STORE__SSE asks",
        "create",
        "server side encryption",
    ),
    Rule(
        "NotImplemented",
        ConditionalCreateUnsupported,
        "the store has no conditional creation",
        "create",
    ),
    *_outages("the region is probably wrong", "AuthorizationHeaderMalformed"),
    *_outages("the endpoint or region is wrong", "PermanentRedirect"),
    *EVERYBODYS,
)


def translate(error: Exception, uri: ObjectUri, on: Action) -> StoreError | StorageUnavailable:
    """Say in the port's terms what one of `S3_FAILURES` means.

    Only the code and our own words go into the message: a store may quote what it was sent.
    """
    if not isinstance(error, ClientError):
        reason = f"the store gave no answer ({type(error).__name__})"
        return _outage(uri, reason, isinstance(error, OUT_OF_REACH))
    code, message = _said(error)
    if error.operation_name not in OPERATIONS:
        return _outage(uri, f"no credentials: {error.operation_name} is refused ({code})", True)
    rule = _rule(code, message, on)
    if rule is None:
        return _outage(uri, f"the store failed ({code or 'no error code'})", False)
    if rule.error is StorageUnavailable:
        return _outage(uri, f"{rule.sentence} ({code})", rule in EVERYBODYS)
    return rule.error(f"{uri}: {rule.sentence} ({code})")


def _outage(uri: ObjectUri, reason: str, everybody: bool) -> StorageUnavailable:
    return StorageUnavailable(f"{uri}: {reason}", str(uri), everybody)


def is_conflict(error: Exception) -> bool:
    """Whether the same request should simply be made again."""
    return isinstance(error, ClientError) and _said(error)[0] in CONFLICTS


def _said(error: ClientError) -> tuple[str, str]:
    said = error.response.get("Error", {})
    return said.get("Code", ""), said.get("Message", "").lower()


def _rule(code: str, message: str, on: Action) -> Rule | None:
    fitting = (
        rule
        for rule in RULES
        if rule.code == code and rule.on in {on, None} and rule.message_holds in message
    )
    return next(fitting, None)
