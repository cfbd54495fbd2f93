"""Collect the recordings that a load chooses from, and put local ones where workers reach them."""

from collections.abc import Iterable, Iterator

from producer_tools.load.listing import list_recordings
from producer_tools.load.mix import Mix
from producer_tools.load.recording import Recording
from producer_tools.submit.sources import LocalFile, parse_source
from producer_tools.submit.upload import Upload


def gather(sources: Iterable[str], upload: Upload) -> Mix[Recording]:
    """Give all recordings the same share; raises `ClientError`."""
    return Mix.evenly(recording for source in sources for recording in _named(source, upload))


def stored(file: LocalFile, upload: Upload) -> Recording:
    """Upload a file unless it is there; raises `ClientError`."""
    upload.store(file)
    return Recording.of_copy(upload.uri(file), file)


def _named(source: str, upload: Upload) -> Iterator[Recording]:
    if "://" in source and source.endswith("/"):
        yield from list_recordings(source)
        return
    found = parse_source(source)
    yield stored(found, upload) if isinstance(found, LocalFile) else Recording(found)
