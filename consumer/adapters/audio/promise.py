"""How long does the file itself say that it is, before anything is decoded?

Only what is written in a header binds: FFmpeg also guesses durations from the size of the file, and
a guess about a file that was cut in half promises nothing.
"""

import struct
from typing import BinaryIO

from consumer.adapters.audio.media import Media

_TAIL_BYTES = 1 << 17
"""An Ogg page has at most 65,307 bytes, so the last header lies within."""
_ENDS_STREAM = 0x04
_UNKNOWN_SIZE = 0xFFFFFFFF


def promised_seconds(media: Media, file: BinaryIO) -> float | None:
    """Return the duration that the header states for the audio track; None where none binds."""
    match media.format:
        case "wav":
            return _wav_seconds(file)
        case "flac" | "mov" | "aiff" | "caf" | "w64":
            return media.stream_seconds
        case "mp3" if media.start_seconds:
            # Only a Xing header says how much of the start to skip; other durations are guesses.
            return media.stream_seconds
        case "matroska" if media.tracks == 1:
            return media.container_seconds
        case _:
            return None


def is_cut(media: Media, file: BinaryIO) -> bool:
    """Whether an Ogg file lacks its last page: no header tells its length, its end is marked."""
    if media.format != "ogg":
        return False
    size = file.seek(0, 2)
    file.seek(max(0, size - _TAIL_BYTES))
    tail = file.read(_TAIL_BYTES)
    page = tail.rfind(b"OggS")
    return page < 0 or page + 5 >= len(tail) or not tail[page + 5] & _ENDS_STREAM


def _wav_seconds(file: BinaryIO) -> float | None:
    """Walk the chunks up to the samples: FFmpeg says what is there, they say what should be."""
    file.seek(12)
    bytes_per_second = 0
    while len(header := file.read(8)) == 8:
        name, size = struct.unpack("<4sI", header)
        if name == b"data":
            known = bytes_per_second and size not in (0, _UNKNOWN_SIZE)
            return size / bytes_per_second if known else None
        if name == b"fmt " and len(fields := file.read(12)) == 12:
            bytes_per_second = struct.unpack("<8xI", fields)[0]
            size -= 12
        file.seek(size + size % 2, 1)
    return None
