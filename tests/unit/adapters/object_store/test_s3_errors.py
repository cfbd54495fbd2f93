"""Does every answer of an S3 store mean what it should?"""

import pytest
from botocore.exceptions import (
    ClientError,
    ConnectionClosedError,
    ConnectTimeoutError,
    CredentialRetrievalError,
    EndpointConnectionError,
    NoCredentialsError,
    ReadTimeoutError,
    SSLError,
)
from botocore.parsers import ResponseParserError

from consumer.adapters.object_store.s3_errors import (
    CONFLICTS,
    RULES,
    S3_FAILURES,
    Action,
    is_conflict,
    translate,
)
from consumer.core.errors import (
    BucketNotFound,
    ConditionalCreateUnsupported,
    ObjectChanged,
    ObjectExists,
    ObjectForbidden,
    ObjectNotFound,
    StorageUnavailable,
)
from schemas.uri import ObjectUri

URI = ObjectUri("s3", "calls", "2026/a.wav")


def answered(code: str, message: str = "", operation: str = "GetObject") -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": message}}, operation)


def outage(error: Exception) -> StorageUnavailable:
    translated = translate(error, URI, "read")
    assert isinstance(translated, StorageUnavailable)
    return translated


@pytest.mark.parametrize(
    ("code", "error"),
    [
        ("NoSuchKey", ObjectNotFound),
        ("NoSuchVersion", ObjectNotFound),
        ("MethodNotAllowed", ObjectNotFound),
        ("NoSuchBucket", BucketNotFound),
        ("InvalidBucketName", BucketNotFound),
        ("AccessDenied", ObjectForbidden),
        ("InvalidObjectState", ObjectForbidden),
        ("KeyTooLongError", ObjectForbidden),
        ("PreconditionFailed", ObjectChanged),
        ("InvalidRange", ObjectChanged),
        ("ExpiredToken", StorageUnavailable),
        ("InvalidAccessKeyId", StorageUnavailable),
        ("XAdminUserNotFound", StorageUnavailable),
        ("SignatureDoesNotMatch", StorageUnavailable),
        ("RequestTimeTooSkewed", StorageUnavailable),
        ("SlowDown", StorageUnavailable),
        ("InternalError", StorageUnavailable),
        ("ServiceUnavailable", StorageUnavailable),
        ("InvalidArgument", StorageUnavailable),
        ("InvalidRequest", StorageUnavailable),
        ("403", StorageUnavailable),
        ("404", StorageUnavailable),
        ("412", StorageUnavailable),
        ("", StorageUnavailable),
    ],
)
def test_the_code_decides_what_a_refused_read_means(code: str, error: type[Exception]) -> None:
    assert type(translate(answered(code), URI, "read")) is error


@pytest.mark.parametrize(
    ("code", "error"),
    [
        ("PreconditionFailed", ObjectExists),
        ("NoSuchBucket", BucketNotFound),
        ("AccessDenied", ObjectForbidden),
        ("ObjectParentIsFile", ObjectForbidden),
        ("NotImplemented", ConditionalCreateUnsupported),
        ("MethodNotAllowed", StorageUnavailable),
        ("BadDigest", StorageUnavailable),
        ("ConditionalRequestConflict", StorageUnavailable),
    ],
)
def test_the_code_decides_what_a_refused_creation_means(code: str, error: type[Exception]) -> None:
    assert type(translate(answered(code), URI, "create")) is error


@pytest.mark.parametrize(
    ("code", "message", "error"),
    [
        ("InvalidArgument", "Invalid version id specified", ObjectNotFound),
        (
            "InvalidRequest",
            "The object was stored using a form of Server Side Encryption.",
            ObjectForbidden,
        ),
    ],
)
def test_the_message_tells_the_meanings_of_one_code_apart(
    code: str, message: str, error: type[Exception]
) -> None:
    assert type(translate(answered(code, message), URI, "read")) is error


def test_a_store_that_cannot_encrypt_is_not_taken_for_one_that_overwrites() -> None:
    refused = answered("NotImplemented", "Server side encryption specified but KMS is not set up")

    translated = translate(refused, URI, "create")

    assert type(translated) is ObjectForbidden
    assert "TURNSTREAM_STORE__SSE" in str(translated)


@pytest.mark.parametrize(
    "error",
    [
        NoCredentialsError(),
        EndpointConnectionError(endpoint_url="http://store.example/calls?X-Amz-Signature=abc"),
        ResponseParserError("<html>"),
    ],
)
@pytest.mark.parametrize("action", ["read", "create"])
def test_no_answer_is_an_outage(error: Exception, action: Action) -> None:
    translated = translate(error, URI, action)

    assert isinstance(error, S3_FAILURES)
    assert isinstance(translated, StorageUnavailable)
    assert type(error).__name__ in str(translated)
    assert "Signature" not in str(translated)


@pytest.mark.parametrize(
    "code",
    [
        "ExpiredToken",
        "InvalidAccessKeyId",
        "SignatureDoesNotMatch",
        "RequestTimeTooSkewed",
        "SlowDown",
        "SlowDownWrite",
        "ServiceUnavailable",
        "XMinioServerNotInitialized",
    ],
)
def test_what_a_store_says_to_anybody_is_everybodys_outage(code: str) -> None:
    assert outage(answered(code)).everybody


@pytest.mark.parametrize(
    "code",
    [
        "InternalError",
        "OperationAborted",
        "RequestTimeout",
        "AuthorizationHeaderMalformed",
        "PermanentRedirect",
        "403",
        "500",
        "503",
        "",
    ],
)
def test_what_may_be_about_one_object_or_bucket_is_nobody_elses_outage(code: str) -> None:
    assert not outage(answered(code)).everybody


@pytest.mark.parametrize(
    ("error", "everybody"),
    [
        (EndpointConnectionError(endpoint_url="http://store.example"), True),
        (ConnectTimeoutError(endpoint_url="http://store.example"), True),
        (SSLError(endpoint_url="http://store.example", error=OSError("expired")), True),
        (NoCredentialsError(), True),
        (CredentialRetrievalError(provider="role", error_msg="refused"), True),
        (ReadTimeoutError(endpoint_url="http://store.example"), False),
        (ConnectionClosedError(endpoint_url="http://store.example"), False),
        (ResponseParserError("<html>"), False),
    ],
    ids=lambda value: type(value).__name__,
)
def test_who_is_out_of_reach_is_so_for_everybody_who_is_silent_perhaps_not(
    error: Exception, everybody: bool
) -> None:
    assert outage(error).everybody is everybody


def test_a_role_that_is_refused_is_not_about_the_object() -> None:
    refused = outage(answered("AccessDenied", operation="AssumeRoleWithWebIdentity"))

    assert refused.everybody
    assert "AssumeRoleWithWebIdentity" in str(refused)


@pytest.mark.parametrize(
    "error", [NoCredentialsError(), answered("SlowDown"), answered("InternalError")], ids=str
)
def test_an_outage_names_its_place(error: Exception) -> None:
    assert outage(error).place == "s3://calls/2026/a.wav"


def test_the_words_of_the_store_are_not_repeated() -> None:
    error = answered("SignatureDoesNotMatch", "AKIAEXAMPLE signed with abc123")

    assert str(translate(error, URI, "read")) == (
        "s3://calls/2026/a.wav: the secret key is wrong (SignatureDoesNotMatch)"
    )


def test_the_message_names_the_object_and_the_code() -> None:
    assert str(translate(answered("NoSuchKey"), URI, "read")) == (
        "s3://calls/2026/a.wav: does not exist (NoSuchKey)"
    )


def test_only_a_conflict_asks_for_the_same_request_again() -> None:
    assert all(is_conflict(answered(code)) for code in CONFLICTS)
    assert not is_conflict(answered("PreconditionFailed"))
    assert not is_conflict(NoCredentialsError())


def test_no_rule_hides_another() -> None:
    fitting = [(rule.code, rule.on) for rule in RULES if not rule.message_holds]

    assert len(fitting) == len(set(fitting))
