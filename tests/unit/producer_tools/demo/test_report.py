"""Whether the report shows the figures as they are, to people and to programs."""

import json
import sys
from pathlib import Path

import pytest

from producer_tools.demo.layout import Layout
from producer_tools.demo.outcome import Recording
from producer_tools.demo.report import show_report
from producer_tools.demo.scoring import Turn
from producer_tools.demo.summary import write_summary
from tests.unit.producer_tools.messages import failed, succeeded

RECORDING = Recording(
    name="call",
    about="a real call",
    duration_seconds=10.0,
    reference=[Turn(0, 5, "Ada"), Turn(5, 10, "Ben")],
    found=[Turn(0, 10, "SPEAKER_00")],
    der=0.5,
    one_speaker_baseline_der=0.507,
    files=[Path("/out/store/results/call/1.json"), Path("/out/pictures/call.png")],
)


def test_the_summary_has_the_figures(tmp_path: Path) -> None:
    write_summary(tmp_path / "summary.json", [succeeded(0), failed(1)], [RECORDING], 12.34)

    assert json.loads((tmp_path / "summary.json").read_text()) == {
        "jobs": 2,
        "succeeded": 1,
        "failed": 1,
        "recordings": [
            {
                "name": "call",
                "der": 0.5,
                "one_speaker_baseline_der": 0.507,
                "speakers_found": 1,
                "speakers_true": 2,
            }
        ],
        "wall_seconds": 12.3,
    }


def test_the_report_shows_turns_figures_files_and_what_they_are_worth(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "100")

    show_report([RECORDING], Layout(Path("/out")), 12.34)

    text = capsys.readouterr().out
    assert "reference Ada" in text
    assert "found     SPEAKER_00" in text
    assert "DER 50.0%   one-speaker baseline 50.7%   speakers found 1, there are 2" in text
    assert "PNG  /out/pictures/call.png" in text
    assert "small demonstration model" in text
    assert "done in 12.3 s" in text


def test_the_next_commands_can_be_pasted_into_a_new_shell(
    capsys: pytest.CaptureFixture[str],
) -> None:
    show_report([RECORDING], Layout(Path("/out")), 1.0)

    lines = capsys.readouterr().out.splitlines()
    export = next(number for number, line in enumerate(lines) if "export PATH=" in line)
    assert f"  export PATH={Path(sys.executable).parent}:$PATH" == lines[export]
    assert "  turnstream schema result" in lines[export + 1]


@pytest.mark.parametrize("width", ["40", "80", "200"])
def test_no_line_of_a_picture_is_broken(
    width: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", width)

    show_report([RECORDING], Layout(Path("/out")), 1.0)

    lanes = [line for line in capsys.readouterr().out.splitlines() if "█" in line]
    assert len(lanes) == 3
    assert {len(line) for line in lanes} == {min(int(width), 120)}
