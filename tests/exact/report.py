"""How are the outcomes of a run shown and kept?"""

import json
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from tests.exact.comparison import Outcome

REPORT = "report.json"
HEADER = (
    f"{'case':<44} {'recordings':>10} {'turns':>6} {'speakers':>8} {'apart':>8} {'s':>6}  equal"
)


def line(outcome: Outcome) -> str:
    """Return the row of the table."""
    fewest, most = outcome.speakers
    speakers = f"{fewest}-{most}" if fewest < most else f"{most}"
    return (
        f"{outcome.case:<44} {outcome.recordings:>10} {outcome.turns:>6} {speakers:>8} "
        f"{outcome.deviation:>8.1e} {outcome.seconds:>6.1f}  {outcome.problem or 'yes'}"
    )


def write(outcomes: Sequence[Outcome], seed: int, directory: Path) -> Path:
    """Write all outcomes as JSON; return where they lie."""
    directory.mkdir(parents=True, exist_ok=True)
    file = directory / REPORT
    report = {
        "seed": seed,
        "equal": all(outcome.problem is None for outcome in outcomes),
        "recordings": sum(outcome.recordings for outcome in outcomes),
        "audio_hours": round(sum(outcome.audio_seconds for outcome in outcomes) / 3600, 2),
        "turns": sum(outcome.turns for outcome in outcomes),
        "largest_deviation": max((outcome.deviation for outcome in outcomes), default=0.0),
        "cases": [asdict(outcome) for outcome in outcomes],
    }
    file.write_text(json.dumps(report, indent=2) + "\n")
    return file
