"""Make recordings of wanted durations, and store them once."""

from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from producer_tools.load.flac import BLOCK_BYTES, BLOCKS_PER_SECOND, write_flac
from producer_tools.load.gathering import stored
from producer_tools.load.mix import Mix
from producer_tools.load.recording import Recording
from producer_tools.load.sound import pattern
from producer_tools.submit.sources import local_file
from producer_tools.submit.upload import Upload

VARIANTS: Final = 4
"""Different recordings of each duration."""


def synthesize(durations: Mix[float], upload: Upload) -> Mix[Recording]:
    """Make and upload what is not there yet; the same bytes at every call. Raises `ClientError`.

    Durations are rounded to a quarter of a second.
    """
    with TemporaryDirectory(prefix="turnstream-load-") as directory:
        return Mix.of(
            (stored(local_file(path), upload), weight / VARIANTS)
            for seconds, weight in durations.weighted
            for path in _made(Path(directory), seconds)
        )


def _made(directory: Path, seconds: float) -> Iterator[Path]:
    count = max(1, round(seconds * BLOCKS_PER_SECOND))
    for variant in range(VARIANTS):
        path = directory / f"{count / BLOCKS_PER_SECOND:g}s-{variant}.flac"
        with path.open("wb") as file:
            write_flac(file, _blocks(variant), count)
        yield path
        path.unlink()


@cache
def _blocks(variant: int) -> Sequence[bytes]:
    sound = pattern(variant)
    return [sound[at : at + BLOCK_BYTES] for at in range(0, len(sound), BLOCK_BYTES)]
