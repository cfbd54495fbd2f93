"""What makes two answers about one recording the same?"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any

import numpy as np
from numpy.typing import NDArray

from consumer.core.errors import JobError
from consumer.core.model import SpeakerTurn
from consumer.diarization.hypothesis import Hypothesis

Serialized = Mapping[str, Sequence[Mapping[str, float | str]]]
"""What stock's `DiarizeOutput.serialize()` returns: turns rounded to milliseconds."""

LAST_BITS = 1e-4
"""Of the largest component: centroids that differ by less are the same voices."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What was said of one recording, as stock writes it down."""

    turns: Serialized
    centroids: NDArray[np.floating]

    @property
    def count(self) -> int:
        return len(self.turns["diarization"])

    @property
    def speakers(self) -> int:
        return len({turn["speaker"] for turn in self.turns["diarization"]})


Verdict = Answer | None
"""None: the question was refused, since no number of speakers satisfies it."""


def serialized(hypothesis: Hypothesis) -> Serialized:
    """Write a hypothesis down as stock does."""
    return {
        "diarization": _rounded(hypothesis.turns),
        "exclusive_diarization": _rounded(hypothesis.exclusive or ()),
    }


def verdict_of(hypothesis: Hypothesis | JobError) -> Verdict:
    """Return what was said, or that nothing was."""
    if isinstance(hypothesis, JobError):
        return None
    return Answer(serialized(hypothesis), hypothesis.centroids)


def stock_answer(output: Any) -> Answer:
    """Return what a `DiarizeOutput` says."""
    return Answer(output.serialize(), output.speaker_embeddings)


def difference(expected: Verdict, found: Verdict) -> str | None:
    """Return where two answers part first; None: they do not."""
    return difference_of_turns(expected, found) or _difference_of_voices(expected, found)


def difference_of_turns(expected: Verdict, found: Verdict) -> str | None:
    """Return the first turn in which two answers differ."""
    if expected is None or found is None:
        both = expected is found
        return None if both else f"stock: {_summary(expected)}; engine: {_summary(found)}"
    for name, turns in expected.turns.items():
        pairs = zip_longest(turns, found.turns[name])
        for number, (theirs, ours) in enumerate(pairs):
            if theirs != ours:
                return f"{name}[{number}]: stock {_turn(theirs)}, engine {_turn(ours)}"
    return None


def deviation(expected: Verdict, found: Verdict) -> float:
    """Return how far two equal answers' centroids lie apart at most; 0: they are equal bits."""
    if expected is None or found is None or not expected.centroids.size:
        return 0.0
    apart = np.abs(np.float64(expected.centroids) - np.float64(found.centroids))
    return 0.0 if np.isnan(apart).all() else float(np.nanmax(apart))


def same_bytes(one: Hypothesis | JobError, other: Hypothesis | JobError) -> bool:
    """Whether two answers of the engine agree to the last bit."""
    if isinstance(one, JobError) or isinstance(other, JobError):
        return type(one) is type(other)
    return (
        (one.turns, one.exclusive, one.speakers) == (other.turns, other.exclusive, other.speakers)
        and one.centroids.dtype == other.centroids.dtype
        and one.centroids.tobytes() == other.centroids.tobytes()
    )


def _difference_of_voices(expected: Verdict, found: Verdict) -> str | None:
    if expected is None or found is None:
        return None
    theirs, ours = expected.centroids, found.centroids
    if theirs.shape != ours.shape:
        return f"centroids: stock has the shape {theirs.shape}, the engine {ours.shape}"
    tolerance = LAST_BITS * float(np.nan_to_num(np.abs(theirs)).max(initial=0.0))
    if np.allclose(theirs, ours, rtol=0, atol=tolerance, equal_nan=True):
        return None
    return f"centroids: {np.abs(theirs - ours).max()} apart"


def _rounded(turns: Sequence[SpeakerTurn]) -> list[dict[str, float | str]]:
    return [
        {"start": round(turn.start, 3), "end": round(turn.end, 3), "speaker": turn.speaker}
        for turn in turns
    ]


def _turn(turn: Mapping[str, float | str] | None) -> str:
    return f"{turn['start']}-{turn['end']} {turn['speaker']}" if turn else "nothing"


def _summary(verdict: Verdict) -> str:
    return "refused" if verdict is None else f"{verdict.count} turns"
