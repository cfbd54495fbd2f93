"""Say what turns look like as WebVTT, the captions that players and browsers show."""

from collections.abc import Iterable
from html import escape

from schemas.diarization import Turn


def webvtt(turns: Iterable[Turn]) -> str:
    """Write one cue per turn: the speaker as its voice, and as its text."""
    return "WEBVTT\n" + "".join(
        f"\n{_clock(turn.start)} --> {_clock(turn.end)}\n"
        f"<v {_text(turn.speaker)}>{_text(turn.speaker)}\n"
        for turn in turns
    )


def _text(speaker: str) -> str:
    return escape(speaker, quote=False)


def _clock(seconds: float) -> str:
    whole, milliseconds = divmod(round(seconds * 1000), 1000)
    minutes, second = divmod(whole, 60)
    return f"{minutes // 60:02}:{minutes % 60:02}:{second:02}.{milliseconds:03}"
