"""Draw who spoke when as lines of text: one lane a speaker, two moments a character."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from producer_tools.demo.scoring import Turn

_HALVES = {(False, False): " ", (True, False): "▌", (False, True): "▐", (True, True): "█"}
_STEPS_SECONDS = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 1800, 3600)
_CHARACTERS_BETWEEN_TICKS = 8


@dataclass(frozen=True, slots=True)
class Lane:
    """One speaker's turns; equal colours mean that two lanes are probably the same person."""

    speaker: str
    cells: str
    colour: int


def lanes(
    turns: Sequence[Turn], duration: float, width: int, colours: Mapping[str, int]
) -> list[Lane]:
    """Draw one lane per speaker; `duration` in seconds, `width` in characters."""
    return [
        Lane(who, _cells([turn for turn in turns if turn.speaker == who], duration, width), colour)
        for who, colour in _by_colour(turns, colours)
    ]


def axis(duration: float, width: int) -> str:
    """Draw the time below the lanes: a mark and its seconds at even distances."""
    room = max(1, width // _CHARACTERS_BETWEEN_TICKS)
    step = next((s for s in _STEPS_SECONDS if duration / s <= room), _STEPS_SECONDS[-1])
    line = [" "] * width
    for number in range(int(duration // step) + 1):
        text = f"╵{_clock(number * step)}"
        at = round(number * step / duration * width)
        if at + len(text) <= width:
            line[at : at + len(text)] = text
    return "".join(line)


def reference_colours(reference: Iterable[Turn]) -> dict[str, int]:
    """Give each speaker of the reference a colour of their own, by first appearance."""
    speakers = dict.fromkeys(turn.speaker for turn in reference)
    return {speaker: number for number, speaker in enumerate(speakers)}


def matching_colours(found: Sequence[Turn], reference: Sequence[Turn]) -> dict[str, int]:
    """Give each speaker found the colour of whom they overlap most; no colour is given twice."""
    truth = reference_colours(reference)
    together = sorted(
        (
            (_overlap(found, who, reference, true), who, true)
            for who in _speakers(found)
            for true in truth
        ),
        key=lambda candidate: -candidate[0],
    )
    colours: dict[str, int] = {}
    for seconds, who, true in together:
        if seconds > 0 and who not in colours and truth[true] not in colours.values():
            colours[who] = truth[true]
    for who in _speakers(found):
        colours.setdefault(who, max([len(truth) - 1, *colours.values()]) + 1)
    return colours


def _by_colour(turns: Sequence[Turn], colours: Mapping[str, int]) -> list[tuple[str, int]]:
    return sorted(((who, colours[who]) for who in _speakers(turns)), key=lambda pair: pair[1])


def _speakers(turns: Iterable[Turn]) -> list[str]:
    return list(dict.fromkeys(turn.speaker for turn in turns))


def _cells(turns: Sequence[Turn], duration: float, width: int) -> str:
    """Fill each half character in which the speaker is heard for at least half of its time."""
    half = duration / (2 * width)
    heard = [_seconds_within(turns, n * half, (n + 1) * half) >= half / 2 for n in range(2 * width)]
    return "".join(_HALVES[pair] for pair in zip(heard[::2], heard[1::2], strict=True))


def _seconds_within(turns: Iterable[Turn], start: float, end: float) -> float:
    return sum(max(0.0, min(turn.end, end) - max(turn.start, start)) for turn in turns)


def _overlap(found: Iterable[Turn], who: str, reference: Sequence[Turn], true: str) -> float:
    truth = [turn for turn in reference if turn.speaker == true]
    return sum(
        _seconds_within(truth, turn.start, turn.end) for turn in found if turn.speaker == who
    )


def _clock(seconds: int) -> str:
    return f"{seconds}s" if seconds < 60 else f"{seconds // 60}:{seconds % 60:02}"
