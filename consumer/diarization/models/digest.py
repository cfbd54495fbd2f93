r"""Whether these are the model files that the catalogue pins.

The digest of a model is the SHA-256 of the list that `sha256sum` prints for its files: one line
per file, the hex digest, two spaces, the name relative to the model, sorted by the bytes of the
names. Anybody can compute that of a directory without this package:

    cd DIR
    find -L . -type f -not -path '*/.*' -printf '%P\0' |
        LC_ALL=C sort -z | xargs -0 sha256sum | sha256sum

What begins with a dot (`.git`, `.cache`, `.gitattributes`) belongs to the tools that fetched a
model, not to the model. Symbolic links stand for what they point at, so that a hub's cache and a
plain copy agree.
"""

import hashlib
import os
from collections.abc import Iterator, Mapping
from pathlib import Path

from consumer.core.errors import ModelUnavailable


def directory_digest(directory: str | Path) -> str:
    """Return the lower-case hex digest of all files below a directory.

    Raises `OSError` when something cannot be read, `ModelUnavailable` when it cannot be a model.
    """
    return digest_of(files_below(Path(directory)))


def digest_of(files: Mapping[str, Path]) -> str:
    """Return the digest of files under the names that they have in the model."""
    listing = hashlib.sha256()
    for name in sorted(files, key=os.fsencode):
        with files[name].open("rb") as file:
            content = hashlib.file_digest(file, "sha256").hexdigest()
        listing.update(f"{content}  ".encode() + os.fsencode(name) + b"\n")
    return listing.hexdigest()


def files_below(directory: Path) -> dict[str, Path]:
    """Return every file of a model directory by its name relative to it.

    Raises `ModelUnavailable` for a name that could pass for two lines of the listing.
    """
    files = {path.relative_to(directory).as_posix(): path for path in _walk(directory, ())}
    for name in files:
        if "\n" in name or "\\" in name:
            raise ModelUnavailable(f"{directory} holds a file with an unusable name: {name!r}")
    return files


def _walk(directory: Path, above: tuple[Path, ...]) -> Iterator[Path]:
    here = directory.resolve()
    if here in above:
        raise ModelUnavailable(f"{directory} is a symbolic link to a directory that contains it")
    for entry in directory.iterdir():
        if entry.name.startswith("."):
            continue
        if entry.is_dir():
            yield from _walk(entry, (*above, here))
        elif entry.is_file():
            yield entry
