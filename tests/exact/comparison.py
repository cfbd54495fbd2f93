"""How do the engine's answers about some recordings compare with stock's?"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from time import monotonic

from tests.exact.answers import (
    Answer,
    Verdict,
    deviation,
    difference,
    difference_of_turns,
    verdict_of,
)
from tests.exact.models import Listener
from tests.exact.recordings import Named

Reference = Callable[[Named], Verdict]
"""What stock says of a recording."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one comparison."""

    case: str
    recordings: int
    audio_seconds: float
    turns: int
    """Of all recordings, as stock has them."""
    speakers: tuple[int, int]
    """The fewest and the most in a recording."""
    problem: str | None
    """The first; None: there is none."""
    deviation: float
    """Between centroids, at most."""
    seconds: float
    """What the comparison took."""


def compare(
    case: str, recordings: Sequence[Named], reference: Reference, hypothesize: Listener
) -> Outcome:
    """Let the engine hear all recordings as one batch, and stock one after the other."""
    start = monotonic()
    expected, found = _answers(recordings, reference, hypothesize)
    problems = (
        f"{named.name}: {problem}"
        for named, theirs, ours in zip(recordings, expected, found, strict=True)
        if (problem := difference(theirs, ours))
    )
    first = next(problems, None)
    apart = 0.0 if first else max(map(deviation, expected, found))
    return outcome(case, recordings, expected, first, monotonic() - start, apart)


def noticed(
    case: str, recordings: Sequence[Named], reference: Reference, broken: Listener
) -> Outcome:
    """Have a broken engine compared: it is a problem when its turns are those of stock."""
    start = monotonic()
    expected, found = _answers(recordings, reference, broken)
    same = not any(map(difference_of_turns, expected, found))
    problem = "nobody noticed that the engine was broken" if same else None
    return outcome(case, recordings, expected, problem, monotonic() - start)


def outcome(
    case: str,
    recordings: Sequence[Named],
    verdicts: Sequence[Verdict],
    problem: str | None,
    seconds: float,
    apart: float = 0.0,
) -> Outcome:
    """Sum up what was said of some recordings."""
    answers = [verdict for verdict in verdicts if isinstance(verdict, Answer)]
    speakers = [answer.speakers for answer in answers]
    return Outcome(
        case,
        recordings=len(recordings),
        audio_seconds=sum(named.seconds for named in recordings),
        turns=sum(answer.count for answer in answers),
        speakers=(min(speakers), max(speakers)),
        problem=problem,
        deviation=apart,
        seconds=seconds,
    )


def _answers(
    recordings: Sequence[Named], reference: Reference, hypothesize: Listener
) -> tuple[list[Verdict], list[Verdict]]:
    found = hypothesize([named.recording for named in recordings])
    return [reference(named) for named in recordings], [verdict_of(each) for each in found]
