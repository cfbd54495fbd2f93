"""Say what audio was named on the command line: files of this machine, or stored objects."""

import hashlib
from dataclasses import dataclass
from pathlib import Path

from producer_tools.exits import WrongUsage
from producer_tools.submit.audio_header import NotAudio, read_audio_header
from schemas.uri import ObjectUri


@dataclass(frozen=True, slots=True)
class LocalFile:
    """An audio file of this machine, measured; workers cannot reach it before it is uploaded."""

    path: Path
    sha256: str
    size_bytes: int
    duration_seconds: float | None


def parse_source(text: str) -> LocalFile | ObjectUri:
    """Take an argument for what it is; raises `WrongUsage` for what cannot be audio."""
    if "://" not in text:
        return local_file(Path(text))
    try:
        return ObjectUri.parse(text)
    except ValueError as error:
        raise WrongUsage(f"{text}: {error}") from error


def local_file(path: Path) -> LocalFile:
    """Hash and measure a file; raises `WrongUsage` when it is missing, unreadable or no audio."""
    try:
        with path.open("rb") as file:
            header = read_audio_header(file)
            file.seek(0)
            digest = hashlib.file_digest(file, "sha256").hexdigest()
            return LocalFile(path, digest, file.tell(), header.duration_seconds)
    except FileNotFoundError as error:
        raise WrongUsage(f"{path}: there is no such file") from error
    except IsADirectoryError as error:
        raise WrongUsage(f"{path}: is a directory; name the files in it") from error
    except OSError as error:
        raise WrongUsage(f"{path}: cannot be read ({error.strerror})") from error
    except NotAudio as error:
        raise WrongUsage(
            f"{path}: is not an audio file (known: WAV, FLAC, MP3, AAC, Ogg, M4A/MP4, WebM)"
        ) from error
