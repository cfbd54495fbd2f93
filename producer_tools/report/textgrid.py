"""Say what turns look like as a TextGrid, which Praat and ELAN read."""

from collections import defaultdict
from collections.abc import Iterable, Iterator

from schemas.diarization import Turn

_Interval = tuple[float, float, str]


def textgrid(turns: Iterable[Turn], duration_seconds: float) -> str:
    """Write one tier per speaker; a tier has no gaps, so silence is an interval without text."""
    speakers: defaultdict[str, list[Turn]] = defaultdict(list)
    for turn in turns:
        speakers[turn.speaker].append(turn)
    tiers = (
        line
        for number, who in enumerate(sorted(speakers), start=1)
        for line in _tier(number, who, list(_intervals(speakers[who], duration_seconds)))
    )
    return "\n".join((*_head(len(speakers), duration_seconds), *tiers, ""))


def _head(tiers: int, duration: float) -> Iterator[str]:
    yield 'File type = "ooTextFile"'
    yield 'Object class = "TextGrid"'
    yield ""
    yield "xmin = 0"
    yield f"xmax = {duration:.3f}"
    yield "tiers? <exists>"
    yield f"size = {tiers}"
    yield "item []:"


def _tier(number: int, speaker: str, intervals: list[_Interval]) -> Iterator[str]:
    yield f"    item [{number}]:"
    yield '        class = "IntervalTier"'
    yield f"        name = {_quoted(speaker)}"
    yield "        xmin = 0"
    yield f"        xmax = {intervals[-1][1]:.3f}"
    yield f"        intervals: size = {len(intervals)}"
    for position, (start, end, text) in enumerate(intervals, start=1):
        yield f"        intervals [{position}]:"
        yield f"            xmin = {start:.3f}"
        yield f"            xmax = {end:.3f}"
        yield f"            text = {_quoted(text)}"


def _intervals(turns: Iterable[Turn], duration: float) -> Iterator[_Interval]:
    """Tile the recording; turns that one speaker has twice at a time are told apart at the edge."""
    at = 0.0
    for turn in turns:
        start = max(turn.start, at)
        if turn.end <= start:
            continue
        if start > at:
            yield at, start, ""
        yield start, turn.end, turn.speaker
        at = turn.end
    if at < duration:
        yield at, duration, ""


def _quoted(text: str) -> str:
    doubled = text.replace('"', '""')
    return f'"{doubled}"'
