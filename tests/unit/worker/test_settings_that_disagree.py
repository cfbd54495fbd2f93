"""Are settings that do not go together refused by the name of the variable that must change?"""

import os

import pytest

from consumer.environment import SettingsError, read_settings


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    monkeypatch.setenv("TURNSTREAM_KAFKA__BOOTSTRAP_SERVERS", "localhost:9092")
    return monkeypatch


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("TURNSTREAM_MODELS__CATALOGUE", '{"mine": {"directory": "models/mine"}}'),
        ("TURNSTREAM_MODELS__DEFAULT", "mine"),
    ],
)
def test_a_default_model_must_be_in_the_catalogue(
    environment: pytest.MonkeyPatch, variable: str, value: str
) -> None:
    environment.setenv(variable, value)

    with pytest.raises(
        SettingsError, match=r"^TURNSTREAM_MODELS__DEFAULT: .* not in the catalogue"
    ):
        read_settings(os.environ)


def test_results_must_go_where_results_may_go(environment: pytest.MonkeyPatch) -> None:
    environment.setenv("TURNSTREAM_OUTPUT__ALLOWED", '["s3://results/"]')
    environment.setenv("TURNSTREAM_OUTPUT__DEFAULT_URI", "s3://calls/")

    with pytest.raises(SettingsError, match=r"^TURNSTREAM_OUTPUT__DEFAULT_URI: s3://calls/ is not"):
        read_settings(os.environ)


def test_a_result_must_fit_into_a_message(environment: pytest.MonkeyPatch) -> None:
    environment.setenv("TURNSTREAM_OUTPUT__RESULTS_MAX_BYTES", "1500000")

    with pytest.raises(
        SettingsError,
        match=r"^TURNSTREAM_OUTPUT__RESULTS_MAX_BYTES: .* TURNSTREAM_KAFKA__MESSAGE_MAX_BYTES",
    ):
        read_settings(os.environ)


def test_a_message_must_have_room_for_what_a_refused_job_said(
    environment: pytest.MonkeyPatch,
) -> None:
    environment.setenv("TURNSTREAM_KAFKA__MESSAGE_MAX_BYTES", "65536")

    with pytest.raises(SettingsError, match=r"^TURNSTREAM_KAFKA__MESSAGE_MAX_BYTES: "):
        read_settings(os.environ)


def test_a_static_member_must_have_a_name(environment: pytest.MonkeyPatch) -> None:
    environment.setenv("TURNSTREAM_KAFKA__STATIC_MEMBERSHIP", "true")

    with pytest.raises(
        SettingsError,
        match=r"^TURNSTREAM_KAFKA__STATIC_MEMBERSHIP: .* TURNSTREAM_KAFKA__INSTANCE$",
    ):
        read_settings(os.environ)

    environment.setenv("TURNSTREAM_KAFKA__INSTANCE", "worker-0")
    assert read_settings(os.environ).kafka.static_membership


@pytest.mark.parametrize("name", ["RESULTS_TOPIC", "DEAD_LETTERS_TOPIC"])
def test_nothing_is_written_where_jobs_are_read(environment: pytest.MonkeyPatch, name: str) -> None:
    environment.setenv("TURNSTREAM_KAFKA__JOBS_TOPIC", "calls")
    environment.setenv(f"TURNSTREAM_KAFKA__{name}", "calls")

    with pytest.raises(SettingsError, match=rf"^TURNSTREAM_KAFKA__{name}: calls is the jobs topic"):
        read_settings(os.environ)


def test_settings_that_agree_are_taken(environment: pytest.MonkeyPatch) -> None:
    environment.setenv("TURNSTREAM_MODELS__CATALOGUE", '{"mine": {"directory": "models/mine"}}')
    environment.setenv("TURNSTREAM_MODELS__DEFAULT", "mine")
    environment.setenv("TURNSTREAM_OUTPUT__ALLOWED", '["s3://results/"]')
    environment.setenv("TURNSTREAM_OUTPUT__DEFAULT_URI", "s3://results/calls/")

    settings = read_settings(os.environ)

    assert (settings.models.default, settings.output.default_uri) == ("mine", "s3://results/calls/")


def test_what_is_loaded_at_start_must_be_able_to_stay(environment: pytest.MonkeyPatch) -> None:
    environment.setenv("TURNSTREAM_MODELS__MAX_RESIDENT", "1")
    environment.setenv("TURNSTREAM_MODELS__WARM_UP", '["diarize", "embed"]')

    with pytest.raises(SettingsError, match=r"^TURNSTREAM_MODELS__WARM_UP: only 1 .*MAX_RESIDENT"):
        read_settings(os.environ)
