"""Say what turns look like as RTTM, the format that scoring tools read."""

from collections.abc import Iterable

from schemas.diarization import Turn


def rttm(file_id: str, turns: Iterable[Turn]) -> str:
    """Write one SPEAKER line per turn, in seconds; `file_id` has no spaces, like a job_id."""
    return "".join(
        f"SPEAKER {file_id} 1 {turn.start:.3f} {turn.end - turn.start:.3f} "
        f"<NA> <NA> {turn.speaker} <NA> <NA>\n"
        for turn in turns
    )
