"""Which turns leave the engine: in the order and within the limits of the contract."""

from collections.abc import Iterable, Sequence
from itertools import pairwise

from consumer.core.model import SpeakerTurn
from schemas import diarization as contract


def tidy(turns: Iterable[SpeakerTurn], duration_seconds: float) -> tuple[SpeakerTurn, ...]:
    """Bring turns into the contract's form.

    Models answer for whole windows, the last of which is padded with silence: what they hear
    there happened after the recording.
    """
    segments = ((turn.start, turn.end, turn.speaker) for turn in turns)
    return tuple(SpeakerTurn(*segment) for segment in contract.tidy(segments, duration_seconds))


def overlap(turns: Sequence[SpeakerTurn]) -> bool:
    """Whether any two of the sorted turns share a moment."""
    return any(later.start < earlier.end for earlier, later in pairwise(turns))


def speakers_of(turns: Iterable[SpeakerTurn]) -> frozenset[str]:
    """Everybody who speaks."""
    return frozenset(turn.speaker for turn in turns)
