"""Does every answer of an S3 store mean what it should?"""

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError, NoCredentialsError
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
    ObjectChanged,
    ObjectExists,
    ObjectForbidden,
    ObjectNotFound,
    StorageUnavailable,
)
from schemas.uri import ObjectUri

URI = ObjectUri("s3", "calls", "2026/a.wav")


def answered(code: str, message: str = "") -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": message}}, "GetObject")


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
