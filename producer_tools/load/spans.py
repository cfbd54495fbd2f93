"""Read how long something lasts: `10s`, `1.5m`, `2h`."""

import re
from typing import Final

_SPAN: Final = re.compile(r"(\d+(?:\.\d+)?)([smh])")
_SECONDS: Final = {"s": 1, "m": 60, "h": 3600}


def parse_span(text: str) -> float:
    """Return seconds, more than none; ValueError says what is wrong with the text."""
    span = _SPAN.fullmatch(text)
    seconds = float(span[1]) * _SECONDS[span[2]] if span else 0.0
    if not seconds:
        raise ValueError(f"{text!r} is no length of time: write one like 10s, 1.5m or 2h")
    return seconds
