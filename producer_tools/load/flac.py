"""Write mono sound of 16 bits and 16 kHz as FLAC (RFC 9639), with the standard library alone.

Only what repeats is ever coded: each block once, however often it is heard.
"""

import hashlib
import struct
from collections.abc import Iterator, Sequence
from itertools import cycle, islice
from typing import BinaryIO, Final

BLOCKS_PER_SECOND: Final = 4
_SAMPLE_RATE: Final = 16_000
_SAMPLE_BITS: Final = 16
_BLOCK_SAMPLES: Final = _SAMPLE_RATE // BLOCKS_PER_SECOND
BLOCK_BYTES: Final = _BLOCK_SAMPLES * _SAMPLE_BITS // 8
# Sync code and blocks of one size; the size stands at the header's end, 16 kHz; mono, 16 bits.
_FRAME_BEGIN: Final = bytes((0xFF, 0xF8, 0x75, 0x08))
_STREAM_INFO: Final = bytes((0x80, 0, 0, 34))
# The prediction is a straight line through the last two samples.
_ORDER: Final = 2
_SUBFRAME_BEGIN: Final = f"0{8 + _ORDER:06b}0"


def write_flac(file: BinaryIO, blocks: Sequence[bytes], count: int) -> None:
    """Write so many blocks of little-endian samples, from the first again after the last.

    Each block is a quarter of a second, `BLOCK_BYTES` long.
    """
    file.write(b"fLaC" + _STREAM_INFO + _stream_info(blocks, count))
    coded = [_subframe(_samples(block)) for block in islice(blocks, count)]
    for number, subframe in zip(range(count), cycle(coded), strict=False):
        frame = _frame_header(number) + subframe
        file.write(frame + _crc(frame, _CRC16, 16).to_bytes(2, "big"))


def _stream_info(blocks: Sequence[bytes], count: int) -> bytes:
    digest = hashlib.md5(usedforsecurity=False)
    for block in islice(cycle(blocks), count):
        digest.update(block)
    sizes = struct.pack(">HH", _BLOCK_SAMPLES, _BLOCK_SAMPLES) + bytes(6)
    shape = _SAMPLE_RATE << 44 | (_SAMPLE_BITS - 1) << 36 | _BLOCK_SAMPLES * count
    return sizes + shape.to_bytes(8, "big") + digest.digest()


def _frame_header(number: int) -> bytes:
    # Frames are numbered as UTF-8 writes characters, those that are none included.
    coded_number = chr(number).encode("utf-8", "surrogatepass")
    header = _FRAME_BEGIN + coded_number + (_BLOCK_SAMPLES - 1).to_bytes(2, "big")
    return header + _crc(header, _CRC8, 8).to_bytes(1, "big")


def _subframe(samples: Sequence[int]) -> bytes:
    """Code a block: two samples as they are, then how far each is from its prediction."""
    steps = zip(samples, samples[1:], samples[2:], strict=False)
    # Zigzag: 0, -1, 1, -2, … become 0, 1, 2, 3, …
    errors = [(error << 1) ^ (error >> 63) for error in (c - 2 * b + a for a, b, c in steps)]
    parameter = min(14, max(0, (sum(errors) // len(errors)).bit_length() - 1))
    first = "".join(f"{sample & 0xFFFF:016b}" for sample in samples[:_ORDER])
    bits = f"{_SUBFRAME_BEGIN}{first}000000{parameter:04b}{''.join(_rice(errors, parameter))}"
    padded = bits + "0" * (-len(bits) % 8)
    return int(padded, 2).to_bytes(len(padded) // 8, "big")


def _rice(numbers: Sequence[int], parameter: int) -> Iterator[str]:
    """Write each number's upper part in zeros before a one, and its lower bits plainly."""
    for number in numbers:
        # The one that ends the zeros stands before the lower bits.
        low = number & ((1 << parameter) - 1) | 1 << parameter
        yield "0" * (number >> parameter) + f"{low:b}"


def _samples(block: bytes) -> Sequence[int]:
    return struct.unpack(f"<{len(block) // 2}h", block)


def _crc_table(polynomial: int, bits: int) -> tuple[int, ...]:
    return tuple(_divided(byte << (bits - 8), polynomial, bits) for byte in range(256))


def _divided(value: int, polynomial: int, bits: int) -> int:
    for _ in range(8):
        value = value << 1 ^ (polynomial if value >> (bits - 1) else 0)
        value &= (1 << bits) - 1
    return value


def _crc(data: bytes, table: Sequence[int], bits: int) -> int:
    mask, shift, crc = (1 << bits) - 1, bits - 8, 0
    for byte in data:
        crc = crc << 8 & mask ^ table[crc >> shift ^ byte]
    return crc


_CRC8: Final = _crc_table(0x07, 8)
_CRC16: Final = _crc_table(0x8005, 16)
