"""Is a client made with the limits and the names that were asked for?"""

from pathlib import Path

import pytest

from consumer.adapters.object_store.s3_client import (
    AddressingStyle,
    S3Misconfigured,
    S3Options,
    connect,
)


@pytest.fixture(autouse=True)
def _credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without any, the client would look for a role on the network."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "nobody")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "nothing")
    monkeypatch.setenv("AWS_CONFIG_FILE", "/dev/null")


def test_an_endpoint_holds_no_credentials() -> None:
    with pytest.raises(ValueError, match="must not hold credentials") as raised:
        S3Options(endpoint="https://user:secret@store.example")

    assert "secret@" not in str(raised.value)


@pytest.mark.parametrize(
    ("name", "value"),
    [("max_pool_connections", 3), ("connect_timeout", 1.5), ("read_timeout", 2.5)],
)
def test_the_client_is_bounded(name: str, value: float) -> None:
    options = S3Options(connections=3, connect_timeout_seconds=1.5, read_timeout_seconds=2.5)

    assert getattr(connect(options).client.meta.config, name) == value


@pytest.mark.parametrize(
    ("style", "url"),
    [
        ("auto", "http://store.example/calls/a.wav"),
        ("path", "http://store.example/calls/a.wav"),
        ("virtual", "http://calls.store.example/a.wav"),
    ],
)
def test_names_the_bucket_where_it_was_told_to(style: AddressingStyle, url: str) -> None:
    client = connect(S3Options(endpoint="http://store.example", addressing_style=style)).client

    signed = client.generate_presigned_url("get_object", {"Bucket": "calls", "Key": "a.wav"})

    assert signed.partition("?")[0] == url


@pytest.mark.parametrize(("region", "expected"), [(None, "eu-north-1"), ("eu-west-1", "eu-west-1")])
def test_the_region_comes_from_the_environment_unless_given(
    region: str | None, expected: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_REGION", "eu-north-1")

    assert connect(S3Options(region=region)).client.meta.region_name == expected


@pytest.mark.parametrize(
    ("variable", "value", "sentence"),
    [
        ("AWS_PROFILE", "missing", "profile"),
        ("AWS_ENDPOINT_URL_S3", "user:secret@store.example", "AWS_ENDPOINT_URL_S3"),
    ],
)
def test_a_configuration_of_which_no_client_can_be_made_is_one_sentence(
    variable: str, value: str, sentence: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(variable, value)

    with pytest.raises(S3Misconfigured, match=f"no S3 client: .*{sentence}") as raised:
        connect(S3Options())

    assert "secret" not in str(raised.value)


@pytest.mark.parametrize(
    ("options", "bucket", "address"),
    [
        (S3Options(region="us-east-1"), "calls", "https://calls.s3.amazonaws.com"),
        (S3Options(region="eu-west-1"), "calls", "https://calls.s3.eu-west-1.amazonaws.com"),
        (S3Options(region="eu-west-1"), "my.calls", "https://s3.eu-west-1.amazonaws.com/my.calls"),
        (S3Options(region="cn-north-1"), "calls", "https://calls.s3.cn-north-1.amazonaws.com.cn"),
        (S3Options("http://store.example:9000", "eu"), "calls", "http://store.example:9000/calls"),
        (S3Options("http://store.example/s3", "eu"), "calls", "http://store.example/s3/calls"),
        (
            S3Options("http://store.example", "eu", addressing_style="virtual"),
            "calls",
            "http://calls.store.example",
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_tells_others_where_it_looks_for_a_bucket(
    options: S3Options, bucket: str, address: str
) -> None:
    assert connect(options).address(bucket) == address


@pytest.fixture
def _told_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_CA_BUNDLE", "REQUESTS_CA_BUNDLE"):
        monkeypatch.delenv(name, raising=False)


@pytest.mark.usefixtures("_told_nothing")
@pytest.mark.parametrize("name", ["AWS_CA_BUNDLE", "REQUESTS_CA_BUNDLE"])
def test_trusts_whom_it_was_told_to(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(name, "/etc/authorities.pem")

    assert connect(S3Options()).authorities == Path("/etc/authorities.pem")


@pytest.mark.usefixtures("_told_nothing")
def test_trusts_the_usual_authorities_unless_told_otherwise() -> None:
    assert b"BEGIN CERTIFICATE" in connect(S3Options()).authorities.read_bytes()
