"""Make a job's page from what was asked for."""

from dataclasses import dataclass
from pathlib import Path

from producer_tools.exits import WrongUsage
from producer_tools.report.audio import SoundPlan, Source, StoredAudio, sound_of
from producer_tools.report.document import Document
from producer_tools.report.page import page
from producer_tools.report.page_data import PageData, Sound
from producer_tools.report.wavesurfer import wavesurfer
from producer_tools.submit.sources import LocalFile, parse_source
from schemas.result import Answer


@dataclass(frozen=True, slots=True)
class Wish:
    """Where the page goes, and what it shall hold."""

    output: Path | None = None
    audio: str | None = None
    """A file or a uri instead of the recording that the result names."""
    without_audio: bool = False
    without_waveform: bool = False
    embed_at_most_bytes: int = 8_000_000


def make(document: Document, wish: Wish) -> Path:
    """Write the page and return where it is; raises `ClientError`."""
    path = wish.output or Path(f"{document.stem}.html")
    if not path.parent.is_dir():
        raise WrongUsage(f"{path.parent}: is no directory")
    try:
        sound = _sound(document.answer, path, wish)
        script = wavesurfer() if sound and sound.peaks else None
        path.write_text(page(PageData.of(document, sound), script), "utf-8")
    except OSError as error:
        # The page, a recording beside it, or the script in the user's cache.
        place = error.filename or path
        raise WrongUsage(f"{place}: cannot be written ({error.strerror})") from error
    return path


def _sound(answer: Answer, path: Path, wish: Wish) -> Sound | None:
    source = None if wish.without_audio else _source(answer, wish.audio)
    if source is None:
        return None
    plan = SoundPlan(path, wish.embed_at_most_bytes, waveform=not wish.without_waveform)
    return sound_of(source, plan)


def _source(answer: Answer, chosen: str | None) -> Source | None:
    """Take what was chosen, else what an answer names: of a failure it may be the cause."""
    if chosen:
        source = parse_source(chosen)
        return source if isinstance(source, LocalFile) else StoredAudio(source)
    if answer.status != "succeeded" or answer.audio is None:
        return None
    return StoredAudio(answer.audio.uri, answer.audio.version_id)
