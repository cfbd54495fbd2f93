"""Put local files where workers can reach them."""

import shutil
from pathlib import Path
from typing import Protocol

from producer_tools.exits import StoreUnreachable, WrongUsage
from producer_tools.submit.sources import LocalFile
from schemas.uri import ObjectUri, PrefixAllowList, check_prefix


class Upload(Protocol):
    """A place for files; raises `WrongUsage` or `StoreUnreachable`."""

    def uri(self, file: LocalFile) -> ObjectUri:
        """Say where the file will lie, without touching anything."""

    def store(self, file: LocalFile) -> None:
        """Make the file be there; nothing is done when it is already."""


def upload_to(prefix: str | None) -> Upload:
    """Return what stores files under a prefix; raises `WrongUsage` when the prefix is none."""
    if not prefix:
        return _NoUpload()
    try:
        check_prefix(prefix)
    except ValueError as error:
        raise WrongUsage(f"--upload {prefix}: {error}") from error
    if prefix.startswith("file://"):
        return DirectoryUpload(prefix)
    from producer_tools.submit.s3_upload import S3Upload

    return S3Upload(prefix)


def object_name(file: LocalFile) -> str:
    """Name a file by its bytes too: the same file is never uploaded twice."""
    return f"{file.sha256[:16]}/{file.path.name}"


class DirectoryUpload:
    """Copies files into a directory that workers share; what lies there already stays there."""

    def __init__(self, prefix: str) -> None:
        self._root = Path(ObjectUri.parse(f"{prefix}x").path).parent
        self._prefix = PrefixAllowList((prefix,))

    def uri(self, file: LocalFile) -> ObjectUri:
        """Name the copy, or the file itself when it lies under the prefix."""
        in_place = ObjectUri.of_path(str(file.path.resolve()))
        if self._prefix.admits(in_place):
            return in_place
        return ObjectUri.of_path(str(self._root / object_name(file)))

    def store(self, file: LocalFile) -> None:
        """Copy the file unless it is there; raises `StoreUnreachable`."""
        target = Path(self.uri(file).path)
        try:
            if not target.exists():
                _copy(file.path, target)
        except OSError as error:
            raise StoreUnreachable(f"{target}: cannot be written ({error.strerror})") from error


class _NoUpload:
    def uri(self, file: LocalFile) -> ObjectUri:
        raise WrongUsage(
            f"{file.path}: is a file of this machine; say where workers can read it, with "
            "--upload s3://bucket/prefix/ or TURNSTREAM_UPLOAD_URI"
        )

    def store(self, file: LocalFile) -> None:
        self.uri(file)


def _copy(source: Path, target: Path) -> None:
    """Copy so that a worker never sees half a file under the final name."""
    target.parent.mkdir(parents=True, exist_ok=True)
    partial = target.with_name(f".{target.name}.partial")
    shutil.copyfile(source, partial)
    partial.replace(target)
