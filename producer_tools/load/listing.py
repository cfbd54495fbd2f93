"""Find the recordings that are stored under a prefix."""

from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import Final

from producer_tools.exits import StoreUnreachable, WrongUsage
from producer_tools.load.recording import Recording
from producer_tools.submit.audio_header import NotAudio, read_audio_header
from schemas.uri import ObjectUri, check_prefix

_AUDIO_SUFFIXES: Final = frozenset(
    {".wav", ".flac", ".mp3", ".aac", ".ogg", ".oga", ".opus", ".m4a", ".mp4", ".webm"}
)


def list_recordings(prefix: str) -> list[Recording]:
    """List audio under a prefix, in one order; raises `WrongUsage`, `StoreUnreachable`.

    Objects of S3 are judged by their names' suffixes and have no known duration; files by their
    headers.
    """
    try:
        check_prefix(prefix)
    except ValueError as error:
        raise WrongUsage(f"{prefix}: {error}") from error
    found = list(_in_directory(prefix) if prefix.startswith("file://") else _in_bucket(prefix))
    if not found:
        raise WrongUsage(f"{prefix}: there is no audio under it")
    return found


def _in_directory(prefix: str) -> Iterator[Recording]:
    root = Path(ObjectUri.parse(f"{prefix}x").path).parent
    try:
        for path in sorted(root.rglob("*")):
            if path.is_file() and (uri := _uri_of_path(path)):
                yield from _measured(path, uri)
    except OSError as error:
        raise StoreUnreachable(f"{prefix} cannot be listed ({error.strerror})") from error


def _measured(path: Path, uri: ObjectUri) -> Iterator[Recording]:
    with path.open("rb") as file:
        try:
            header = read_audio_header(file)
        except NotAudio:
            return
    yield Recording(uri, path.stat().st_size, header.duration_seconds)


def _in_bucket(prefix: str) -> Iterator[Recording]:
    from botocore.exceptions import BotoCoreError, ClientError

    from producer_tools.s3 import reason, s3_client

    bucket, _, key_prefix = prefix.removeprefix("s3://").partition("/")
    pages = s3_client().get_paginator("list_objects_v2")
    try:
        for page in pages.paginate(Bucket=bucket, Prefix=key_prefix):
            for entry in page.get("Contents", []):
                if uri := _uri_of_key(bucket, entry["Key"]):
                    yield Recording(uri, entry["Size"])
    except (BotoCoreError, ClientError) as error:
        why = reason(error, ObjectUri.parse(f"{prefix}x"))
        raise StoreUnreachable(f"{prefix} cannot be listed: {why}") from error


def _uri_of_path(path: Path) -> ObjectUri | None:
    """Name a file; None when no job can: file systems allow names that URIs do not."""
    try:
        return ObjectUri.of_path(str(path))
    except ValueError:
        return None


def _uri_of_key(bucket: str, key: str) -> ObjectUri | None:
    """Name an object; None when it is no audio, or has a key that no job can name."""
    if PurePosixPath(key).suffix.lower() not in _AUDIO_SUFFIXES:
        return None
    try:
        return ObjectUri("s3", bucket, key)
    except ValueError:
        return None
