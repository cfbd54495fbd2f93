"""Whether a token is Amazon's own, in the name of the role, and comes in spite of one failure."""

import time
from base64 import urlsafe_b64decode
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from access.msk_iam import token_source
from access.sign_in import NoToken, SignInMisconfigured, contradictions, sign_in


@pytest.fixture(autouse=True)
def _role(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Keys of a role, and nothing of the machine's own."""
    for name in ("AWS_PROFILE", "AWS_DEFAULT_REGION", "AWS_ROLE_ARN"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "credentials"))
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_REGION", "eu-central-1")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIAROLE")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "not-to-be-seen")
    monkeypatch.setenv("AWS_SESSION_TOKEN", "session")


def test_a_token_is_a_request_that_the_role_has_signed() -> None:
    token, ends = token_source()("")

    url = urlsplit(urlsafe_b64decode(token + "=" * (-len(token) % 4)).decode())
    said = {name: value for name, (value,) in parse_qs(url.query).items()}
    assert url.hostname == "kafka.eu-central-1.amazonaws.com"
    assert said["Action"] == "kafka-cluster:Connect"
    assert said["X-Amz-Credential"].startswith("AKIAROLE/")
    assert said["X-Amz-Security-Token"] == "session"
    assert 0 < ends - time.time() <= 900


def test_without_keys_it_is_tried_again_before_it_is_given_up(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    slept: list[float] = []

    with pytest.raises(NoToken, match="Unable to locate credentials"):
        token_source((1.0, 2.0), slept.append)

    assert slept == [1.0, 2.0]
    assert [record.message for record in caplog.records] == ["AWS gives no token for Kafka"] * 2
    assert "not-to-be-seen" not in caplog.text


def test_without_a_region_the_setting_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AWS_REGION")

    with pytest.raises(SignInMisconfigured, match="AWS_REGION"):
        token_source()


def test_a_client_signs_in_with_tokens_over_tls() -> None:
    properties = sign_in("msk-iam")

    assert callable(properties.pop("oauth_cb"))
    assert properties == {"security.protocol": "SASL_SSL", "sasl.mechanism": "OAUTHBEARER"}


def test_properties_say_by_themselves_how_to_sign_in() -> None:
    assert sign_in("properties") == {}
    assert not list(contradictions("properties", {"sasl.mechanism": "PLAIN"}))


def test_what_contradicts_the_role_is_named() -> None:
    properties = {"sasl.mechanism": "PLAIN", "security.protocol": "SSL", "ssl.ca.location": "x"}

    found = list(contradictions("msk-iam", properties))

    assert [sentence.partition(":")[0] for sentence in found] == [
        "sasl.mechanism",
        "security.protocol",
    ]
