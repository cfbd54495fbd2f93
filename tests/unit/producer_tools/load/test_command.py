"""Whether wrong words on the command line end in one sentence, before anything is sent."""

import pytest
from typer.testing import CliRunner

from producer_tools.__main__ import app

AUDIO = "s3://calls/x.wav"


@pytest.fixture(autouse=True)
def _no_settings_of_the_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("TURNSTREAM_KAFKA__BOOTSTRAP_SERVERS", "TURNSTREAM_UPLOAD_URI"):
        monkeypatch.delenv(name, raising=False)


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ([AUDIO, "--jobs", "1"], "no broker is named"),
        ([AUDIO], "say how many, with --jobs"),
        ([AUDIO, "--rate", "1"], "say when the load ends, with --jobs or --seconds"),
        ([AUDIO, "--jobs", "1", "--burst", "10x5s/60s"], "give one with --rate"),
        ([AUDIO, "--rate", "1", "--jobs", "1", "--burst", "often"], "write like 10x5s/60s"),
        ([AUDIO, "--jobs", "1", "--mix", "a=b"], "--mix a=b: 'b' is no weight"),
        ([AUDIO, "--jobs", "1", "--synthesize"], "name audio to choose from, or make it up"),
        (["--jobs", "1"], "name audio to choose from, or make it up with --synthesize"),
        (["--jobs", "1", "--synthesize"], "say where made-up audio goes, with --upload"),
        (["--jobs", "1", "--synthesize", "--durations", "10"], "'10' is no length of time"),
    ],
)
def test_wrong_usage_is_one_sentence_and_exit_code_2(arguments: list[str], sentence: str) -> None:
    result = CliRunner().invoke(app, ["load", *arguments])

    assert result.exit_code == 2
    assert sentence in " ".join(result.output.split())
    assert "Traceback" not in result.output
