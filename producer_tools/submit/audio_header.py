"""Tell from an audio file's first bytes what it is and how long, without decoding it."""

import os
import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import BinaryIO, Final

_HEAD_BYTES: Final = 64
_CHUNKS_AT_MOST: Final = 64
_RF64_SIZE: Final = 0xFFFF_FFFF


class NotAudio(Exception):
    """The first bytes belong to no container that workers can decode."""


@dataclass(frozen=True, slots=True)
class AudioHeader:
    """The container's name, and the duration in seconds where its header says it cheaply."""

    container: str
    duration_seconds: float | None


def read_audio_header(file: BinaryIO) -> AudioHeader:
    """Look at a seekable file; raises `NotAudio` when no container is recognised."""
    file.seek(0)
    head = file.read(_HEAD_BYTES)
    container = _container(head)
    measure = _DURATIONS.get(container)
    return AudioHeader(container, measure(file) if measure else None)


def _container(head: bytes) -> str:
    for name, matches in _CONTAINERS:
        if matches(head):
            return name
    raise NotAudio


def _is_wav(head: bytes) -> bool:
    return head[:4] in {b"RIFF", b"RF64", b"BW64"} and head[8:12] == b"WAVE"


def _is_mpeg(head: bytes) -> bool:
    """MP3 or AAC: an ID3 tag, or the eleven set bits that begin every MPEG frame."""
    return head[:3] == b"ID3" or (head[:1] == b"\xff" and head[1:2] >= b"\xe0")


_CONTAINERS: Final[tuple[tuple[str, Callable[[bytes], bool]], ...]] = (
    ("wav", _is_wav),
    ("flac", lambda head: head[:4] == b"fLaC"),
    ("ogg", lambda head: head[:4] == b"OggS"),
    ("mp4", lambda head: head[4:8] == b"ftyp"),
    ("webm", lambda head: head[:4] == b"\x1aE\xdf\xa3"),
    ("mpeg", _is_mpeg),
)


def _wav_seconds(file: BinaryIO) -> float | None:
    """Bytes of sound over bytes a second; no more sound is believed in than the file holds."""
    bytes_per_second = 0
    wide_data_size = 0
    for name, size in _wav_chunks(file):
        body = file.tell()
        if name == b"fmt ":
            bytes_per_second = _unsigned(file.read(12)[8:12])
        elif name == b"ds64":
            wide_data_size = _unsigned(file.read(16)[8:16])
        elif name == b"data" and bytes_per_second:
            promised = wide_data_size if size == _RF64_SIZE and wide_data_size else size
            present = file.seek(0, os.SEEK_END) - body
            return min(promised, present) / bytes_per_second
        file.seek(body + size + size % 2)
    return None


def _wav_chunks(file: BinaryIO) -> Iterator[tuple[bytes, int]]:
    file.seek(12)
    for _ in range(_CHUNKS_AT_MOST):
        head = file.read(8)
        if len(head) < 8:
            return
        yield head[:4], _unsigned(head[4:])


def _unsigned(data: bytes) -> int:
    return int.from_bytes(data, "little")


def _flac_seconds(file: BinaryIO) -> float | None:
    """STREAMINFO always comes first: 20 bits of sample rate, then 36 bits of sample count."""
    file.seek(0)
    head = file.read(26)
    if len(head) < 26 or head[4] & 0x7F:
        return None
    (packed,) = struct.unpack(">Q", head[18:26])
    rate, samples = packed >> 44, packed & 0xF_FFFF_FFFF
    return samples / rate if rate and samples else None


_DURATIONS: Final[dict[str, Callable[[BinaryIO], float | None]]] = {
    "wav": _wav_seconds,
    "flac": _flac_seconds,
}
