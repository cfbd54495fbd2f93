"""Which jobs do tests look at in a browser?"""

import math
import wave
from array import array
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from producer_tools.report.document import Document
from producer_tools.report.making import Wish, make
from schemas.diarization import DiarizationResult, Segment
from tests.unit.producer_tools.report.documents import example

RATE = 8000


def diarized(segments: Iterable[Segment], duration_seconds: float) -> Document:
    """A success with these turns."""
    answer = DiarizationResult.of(segments, None, duration_seconds)
    audio = example("stored-result").answer.model_dump(mode="json")["audio"]
    return example(
        "stored-result",
        result=answer.model_dump(mode="json"),
        audio={**audio, "duration_seconds": duration_seconds},
        warnings=[],
    )


def hum(path: Path, seconds: int) -> Path:
    """A sound that swells and fades every two seconds."""
    swell = array(
        "h",
        (int(9000 * math.sin(math.pi * n / RATE / 2) * math.sin(n / 6)) for n in range(2 * RATE)),
    ).tobytes()
    with wave.open(str(path), "wb") as file:
        file.setparams((1, 2, RATE, 0, "NONE", ""))
        for _ in range(seconds // 2):
            file.writeframes(swell)
    return path


def page_of(document: Document, directory: Path, **wish: Any) -> Path:
    """Make the page as the command does."""
    return make(document, Wish(output=directory / "page.html", **wish))
