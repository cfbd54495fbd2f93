"""Which turns leave the engine: in the order and within the limits of the contract."""

from collections.abc import Iterable, Sequence
from itertools import pairwise

from consumer.core.model import SpeakerTurn

DECIMALS = 3
"""The contract speaks in milliseconds; the models decide in frames of 17 ms."""


def tidy(turns: Iterable[SpeakerTurn], duration_seconds: float) -> tuple[SpeakerTurn, ...]:
    """Round to milliseconds, cut at the recording's edges, drop what is empty then, and sort.

    Models answer for whole windows, the last of which is padded with silence: what they hear
    there happened after the recording.
    """
    limit = round(duration_seconds, DECIMALS)
    cut = (
        SpeakerTurn(
            start=max(0.0, round(turn.start, DECIMALS)),
            end=min(limit, round(turn.end, DECIMALS)),
            speaker=turn.speaker,
        )
        for turn in turns
        if turn.start < turn.end  # not so for NaN, either
    )
    return tuple(sorted(turn for turn in cut if turn.start < turn.end))


def overlap(turns: Sequence[SpeakerTurn]) -> bool:
    """Whether any two of the sorted turns share a moment."""
    return any(later.start < earlier.end for earlier, later in pairwise(turns))


def speakers_of(turns: Iterable[SpeakerTurn]) -> frozenset[str]:
    """Everybody who speaks."""
    return frozenset(turn.speaker for turn in turns)
