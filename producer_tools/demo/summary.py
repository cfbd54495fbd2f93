"""Write the figures of a run for other programs."""

import json
from collections.abc import Sequence
from pathlib import Path

from producer_tools.demo.outcome import Recording
from schemas.result import Result


def write_summary(
    path: Path, results: Sequence[Result], recordings: Sequence[Recording], wall_seconds: float
) -> None:
    """Write the counts of terminal results, and one entry per recording with a reference."""
    succeeded = sum(result.status == "succeeded" for result in results)
    summary = {
        "jobs": len(results),
        "succeeded": succeeded,
        "failed": len(results) - succeeded,
        "recordings": [_figures(recording) for recording in recordings],
        "wall_seconds": round(wall_seconds, 1),
    }
    path.write_text(json.dumps(summary, indent=2) + "\n", "utf-8")


def _figures(recording: Recording) -> dict[str, object]:
    return {
        "name": recording.name,
        "der": round(recording.der, 4),
        "one_speaker_baseline_der": round(recording.one_speaker_baseline_der, 4),
        "speakers_found": recording.speakers_found,
        "speakers_true": recording.speakers_true,
    }
