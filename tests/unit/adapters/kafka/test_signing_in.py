"""Does a worker say why it cannot sign in, and with which exit code it then ends?"""

from pathlib import Path

import pytest

from access.sign_in import Auth, ClientProperties, NoToken
from consumer.adapters.kafka import configuration
from consumer.adapters.kafka.configuration import client_properties
from consumer.core.errors import CannotStart, Unreachable
from consumer.settings import KafkaSettings

SETTINGS = KafkaSettings(bootstrap_servers="nowhere:9098", auth="msk-iam")


@pytest.fixture(autouse=True)
def _nobody(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A process without a role, and without anybody to ask for one."""
    for name in ("AWS_PROFILE", "AWS_REGION", "AWS_DEFAULT_REGION", "AWS_ACCESS_KEY_ID"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "credentials"))
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")


def test_without_a_region_its_settings_are_refused() -> None:
    with pytest.raises(CannotStart, match="AWS_REGION") as refused:
        client_properties(SETTINGS)

    assert not isinstance(refused.value, Unreachable)


def test_without_a_token_a_restart_may_help(monkeypatch: pytest.MonkeyPatch) -> None:
    def refusing(_: Auth) -> ClientProperties:
        raise NoToken("no role")

    monkeypatch.setattr(configuration, "sign_in", refusing)

    with pytest.raises(Unreachable, match="no role"):
        client_properties(SETTINGS)


def test_a_password_beside_the_role_is_refused_by_name() -> None:
    with pytest.raises(ValueError, match=r"sasl\.password: TURNSTREAM_KAFKA__AUTH=msk-iam"):
        KafkaSettings(auth="msk-iam", properties={"SASL_PASSWORD": "secret"})
