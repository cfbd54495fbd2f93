"""Say how the page comes by its recording: inside it, or as a file beside it."""

import os
import tempfile
from base64 import b64encode
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from producer_tools.report.fetching import fetch
from producer_tools.report.page_data import Sound
from producer_tools.report.peaks import peaks
from producer_tools.report.samples import sample_blocks
from producer_tools.submit.audio_header import read_audio_header
from producer_tools.submit.sources import LocalFile, local_file
from schemas.uri import ObjectUri


@dataclass(frozen=True, slots=True)
class StoredAudio:
    """A recording in an object store; no version: the one there is."""

    uri: ObjectUri
    version_id: str | None = None


Source = LocalFile | StoredAudio


@dataclass(frozen=True, slots=True)
class SoundPlan:
    """Where the page will lie, how large a recording it carries itself, and what it draws."""

    page: Path
    embed_at_most_bytes: int
    waveform: bool


def sound_of(source: Source, plan: SoundPlan) -> Sound:
    """Draw and place a recording; one that was fetched and is large stays beside the page.

    Raises `ClientError`.
    """
    # Beside the page, not in /tmp: a large recording then needs its room once, and is renamed.
    with tempfile.TemporaryDirectory(dir=plan.page.parent, prefix=".turnstream-report.") as scratch:
        file = _local(source, Path(scratch))
        container = _container(file.path)
        levels = peaks(sample_blocks(file.path, container)) if plan.waveform else ()
        if file.size_bytes <= plan.embed_at_most_bytes:
            address = _data_url(file.path, container)
        else:
            address = _relative(_kept(file.path, Path(scratch), plan.page), plan.page)
    return Sound(address, levels, file.duration_seconds, file.sha256)


def _local(source: Source, scratch: Path) -> LocalFile:
    if isinstance(source, LocalFile):
        return source
    if source.uri.scheme == "file":
        return local_file(Path(source.uri.path))
    path = scratch / f"audio{Path(source.uri.key).suffix}"
    fetch(source.uri, source.version_id, path)
    return local_file(path)


def _container(path: Path) -> str:
    with path.open("rb") as file:
        return read_audio_header(file).container


def _kept(path: Path, scratch: Path, page: Path) -> Path:
    """Give what was fetched a name beside the page; what the user has stays where it is."""
    if path.parent != scratch:
        return path
    return path.rename(page.with_suffix(f".audio{path.suffix}"))


def _data_url(path: Path, container: str) -> str:
    return f"data:audio/{container};base64,{b64encode(path.read_bytes()).decode()}"


def _relative(audio: Path, page: Path) -> str:
    """Write a path as links do; `./` keeps a colon in it from looking like a scheme."""
    path = quote(os.path.relpath(audio.resolve(), page.parent.resolve()))
    return path if path.startswith("../") else f"./{path}"
