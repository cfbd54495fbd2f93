"""Whether a wrong environment is refused with the variable, the flaw, and what would be right."""

import pytest

from consumer.environment import SettingsError, read_settings, variables
from consumer.settings import Settings
from consumer.settings.kafka import BREAKS_THE_PROMISE, INSTEAD

BROKERS = {"TURNSTREAM_KAFKA__BOOTSTRAP_SERVERS": "127.0.0.1:9092"}


@pytest.fixture(autouse=True)
def _clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for variable, _ in variables():
        monkeypatch.delenv(variable, raising=False)


def read(monkeypatch: pytest.MonkeyPatch, **environment: str) -> Settings:
    given = BROKERS | environment
    for variable, value in given.items():
        monkeypatch.setenv(variable, value)
    return read_settings(given)


def refused(monkeypatch: pytest.MonkeyPatch, **environment: str) -> str:
    with pytest.raises(SettingsError) as caught:
        read(monkeypatch, **environment)
    return str(caught.value)


def test_the_brokers_alone_are_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = read(monkeypatch)

    assert settings.kafka.bootstrap_servers == "127.0.0.1:9092"
    assert settings.kafka.group_id == "turnstream"
    assert settings.audio.allowed == ()
    assert settings.diarization_max_batch_size == 8


def test_says_that_the_brokers_are_missing() -> None:
    with pytest.raises(SettingsError, match="TURNSTREAM_KAFKA__BOOTSTRAP_SERVERS"):
        read_settings({})


def test_reads_every_kind_of_value(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = read(
        monkeypatch,
        TURNSTREAM_AUDIO__ALLOWED='["s3://calls/", "file:///audio"]',
        TURNSTREAM_OUTPUT__ALLOWED='["s3://results/"]',
        TURNSTREAM_OUTPUT__DEFAULT_URI="s3://results/turns/",
        TURNSTREAM_WORKER__GRACE_SECONDS="5",
        TURNSTREAM_MODELS__CATALOGUE='{"small": {"directory": "/models/small"}}',
        TURNSTREAM_MODELS__DEFAULT="small",
        ENABLE_DIARIZATION="false",
        DIARIZATION_MAX_BATCH_SIZE="3",
        HF_TOKEN="hf_secret",
    )

    assert settings.audio.allowed == ("s3://calls/", "file:///audio")
    assert settings.worker.grace_seconds == 5.0
    assert settings.models.catalogue["small"].directory == "/models/small"
    assert not settings.enable_diarization
    assert settings.diarization_max_batch_size == 3
    assert settings.hf_token is not None
    assert settings.hf_token.get_secret_value() == "hf_secret"


def test_a_mistyped_variable_is_refused_with_the_one_that_was_meant(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    problem = refused(monkeypatch, TURNSTREAM_KAFKA__GROUPID="mine")

    assert problem == (
        "TURNSTREAM_KAFKA__GROUPID: no such setting; did you mean TURNSTREAM_KAFKA__GROUP_ID?"
    )


def test_variables_of_others_are_none_of_our_business(monkeypatch: pytest.MonkeyPatch) -> None:
    assert read(monkeypatch, TURNSTREAMER="1", PATH="/bin")


@pytest.mark.parametrize(
    ("variable", "value", "flaw"),
    [
        ("TURNSTREAM_WORKER__MAX_IN_FLIGHT_JOBS", "0", "greater than or equal to 1"),
        ("TURNSTREAM_WORKER__FETCH_THREADS", "many", "valid integer"),
        ("TURNSTREAM_LOG__LEVEL", "LOUD", "'DEBUG', 'INFO'"),
        ("DIARIZATION_MAX_BATCH_SIZE", "0", "greater than or equal to 1"),
        ("ENABLE_DIARIZATION", "maybe", "valid boolean"),
        ("TURNSTREAM_KAFKA__MAX_POLL_INTERVAL_SECONDS", "1", "greater than or equal to 6"),
        ("TURNSTREAM_AUDIO__ALLOWED", '["calls"]', "must begin with s3:// or file://"),
        ("TURNSTREAM_AUDIO__ALLOWED", "s3://calls/", "JSON"),
        ("TURNSTREAM_AUDIO__ALLOWED", '"s3://calls/"', "valid tuple"),
        ("TURNSTREAM_MODELS__CATALOGUE", "small", "JSON"),
        ("TURNSTREAM_MODELS__CATALOGUE", '{"small": {"sha": "1"}}', "Extra inputs"),
        ("TURNSTREAM_KAFKA__PROPERTIES", "acks=0", "JSON"),
        ("TURNSTREAM_KAFKA__PROPERTIES", '["acks"]', "dictionary"),
        ("TURNSTREAM_OUTPUT__DEFAULT_URI", "s3://results/", "TURNSTREAM_OUTPUT__ALLOWED"),
        ("TURNSTREAM_MODELS__DEFAULT", "tiny", "not in the catalogue"),
    ],
)
def test_a_wrong_value_is_refused_by_its_variable(
    monkeypatch: pytest.MonkeyPatch, variable: str, value: str, flaw: str
) -> None:
    problem = refused(monkeypatch, **{variable: value})

    assert problem.startswith(f"{variable}: ")
    assert flaw in problem


def test_every_problem_is_told_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    problem = refused(
        monkeypatch, TURNSTREAM_WORKER__FETCH_THREADS="0", TURNSTREAM_WORKER__STORE_THREADS="0"
    )

    assert [line.partition(":")[0] for line in problem.splitlines()] == [
        "TURNSTREAM_WORKER__FETCH_THREADS",
        "TURNSTREAM_WORKER__STORE_THREADS",
    ]


class TestKafkaProperties:
    def test_may_be_written_one_by_one_as_shells_can(self, monkeypatch: pytest.MonkeyPatch) -> None:
        settings = read(
            monkeypatch,
            TURNSTREAM_KAFKA__PROPERTIES__SECURITY_PROTOCOL="SASL_SSL",
            TURNSTREAM_KAFKA__PROPERTIES__SASL_USERNAME="worker",
        )

        assert settings.kafka.properties == {
            "security.protocol": "SASL_SSL",
            "sasl.username": "worker",
        }

    def test_may_be_written_as_one_object(self, monkeypatch: pytest.MonkeyPatch) -> None:
        settings = read(monkeypatch, TURNSTREAM_KAFKA__PROPERTIES='{"client.id": "w-1"}')

        assert settings.kafka.properties == {"client.id": "w-1"}

    def test_may_not_be_written_both_ways(self, monkeypatch: pytest.MonkeyPatch) -> None:
        problem = refused(
            monkeypatch,
            TURNSTREAM_KAFKA__PROPERTIES='{"client.id": "w-1"}',
            TURNSTREAM_KAFKA__PROPERTIES__SECURITY_PROTOCOL="SASL_SSL",
        )

        assert problem == (
            "TURNSTREAM_KAFKA__PROPERTIES: leave it out, or say in it what "
            "TURNSTREAM_KAFKA__PROPERTIES__SECURITY_PROTOCOL say"
        )

    @pytest.mark.parametrize("name", sorted(BREAKS_THE_PROMISE))
    def test_that_break_the_promise_are_refused_by_name(
        self, monkeypatch: pytest.MonkeyPatch, name: str
    ) -> None:
        problem = refused(monkeypatch, **{variable_of(name): "0"})

        assert problem.startswith(f"TURNSTREAM_KAFKA__PROPERTIES: {name}: ")

    @pytest.mark.parametrize(("name", "setting"), sorted(INSTEAD.items()))
    def test_that_are_settings_are_refused_with_the_setting(
        self, monkeypatch: pytest.MonkeyPatch, name: str, setting: str
    ) -> None:
        problem = refused(monkeypatch, **{variable_of(name): "0"})

        assert problem == f"TURNSTREAM_KAFKA__PROPERTIES: {name}: set TURNSTREAM_KAFKA__{setting}"
        assert f"TURNSTREAM_KAFKA__{setting}" in dict(variables())

    @pytest.mark.parametrize(
        "name",
        [
            "acks",
            "auto.offset.reset",
            "compression.type",
            "enable.auto.commit",
            "enable.auto.offset.store",
            "enable.idempotence",
            "group.id",
            "isolation.level",
            "partitioner",
            "transactional.id",
        ],
    )
    def test_of_the_promise_are_on_the_lists(self, name: str) -> None:
        assert name in BREAKS_THE_PROMISE | INSTEAD.keys()


def variable_of(name: str) -> str:
    """How a shell sets the property."""
    return f"TURNSTREAM_KAFKA__PROPERTIES__{name.upper().replace('.', '_')}"


def test_no_problem_repeats_a_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    problem = refused(
        monkeypatch,
        HF_TOKEN="hf_hush",
        TURNSTREAM_WORKER__FETCH_THREADS="hush",
        TURNSTREAM_KAFKA__PROPERTIES='{"sasl.password": "hush", "acks": "0"}',
    )

    assert "hush" not in problem


def test_settings_do_not_show_their_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = read(
        monkeypatch,
        HF_TOKEN="hush",
        TURNSTREAM_KAFKA__PROPERTIES__SASL_PASSWORD="hush",
    )

    assert "hush" not in repr(settings)
