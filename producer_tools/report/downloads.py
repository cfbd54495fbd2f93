"""Say which files a reader of the page can take away."""

from collections.abc import Iterator
from dataclasses import dataclass

from producer_tools.report.audacity import audacity_labels
from producer_tools.report.document import Document
from producer_tools.report.textgrid import textgrid
from producer_tools.report.webvtt import webvtt
from schemas.diarization import DiarizationResult
from schemas.rttm import rttm


@dataclass(frozen=True, slots=True)
class Download:
    """A file inside the page."""

    title: str
    filename: str
    media_type: str
    text: str


def downloads(
    document: Document, answer: DiarizationResult | None, duration_seconds: float
) -> Iterator[Download]:
    """Offer the document as it was read, and its turns in each format."""
    stem = document.stem
    yield Download("JSON", f"{stem}.json", "application/json", document.text)
    if answer is None:
        return
    turns = answer.diarization
    yield Download("RTTM", f"{stem}.rttm", "text/plain", rttm(document.name, turns))
    yield Download("WebVTT", f"{stem}.vtt", "text/vtt", webvtt(turns))
    yield Download("Audacity labels", f"{stem}.labels.txt", "text/plain", audacity_labels(turns))
    grid = textgrid(turns, duration_seconds)
    yield Download("TextGrid", f"{stem}.TextGrid", "text/plain", grid)
