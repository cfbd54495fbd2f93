"""Say what turns look like as a label track of Audacity."""

from collections.abc import Iterable

from schemas.diarization import Turn


def audacity_labels(turns: Iterable[Turn]) -> str:
    """Write one line per turn: start and end in seconds, and the speaker, between tabs."""
    return "".join(f"{turn.start:.6f}\t{turn.end:.6f}\t{turn.speaker}\n" for turn in turns)
