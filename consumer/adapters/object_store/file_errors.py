"""What does the kernel's refusal mean for the file that was asked for?"""

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager

from consumer.core.errors import (
    BucketNotFound,
    ObjectExists,
    ObjectForbidden,
    ObjectNotFound,
    StorageUnavailable,
    StoreError,
)
from schemas.uri import ObjectUri

Missing = type[ObjectNotFound] | type[BucketNotFound] | type[ObjectForbidden]
"""What it means that a part of the path is not there: it depends on which part, and what for."""

_MISSING: dict[Missing, str] = {
    ObjectNotFound: "does not exist",
    BucketNotFound: "lies below a root directory that does not exist",
    ObjectForbidden: "cannot be created: its directory has gone",
}

RULES: dict[int, tuple[type[StoreError], str]] = {
    errno.EACCES: (ObjectForbidden, "may not be touched by the worker's user"),
    errno.EPERM: (ObjectForbidden, "may not be touched by the worker's user"),
    errno.EROFS: (ObjectForbidden, "lies on a read-only file system"),
    errno.ELOOP: (ObjectForbidden, "is reached by a symbolic link, which is not followed"),
    errno.ENXIO: (ObjectForbidden, "is not a regular file"),
    errno.ENAMETOOLONG: (ObjectForbidden, "has a name that the file system does not take"),
    errno.EEXIST: (ObjectExists, "exists already"),
}
"""All other numbers (a failing disk, a network file system) say nothing about the object."""

EVERYBODYS = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EMFILE, errno.ENFILE, errno.ENOMEM})
"""No other file could fare better: the disk is full, or there are no more descriptors."""


def translate(error: OSError, uri: ObjectUri, missing: Missing) -> StoreError | StorageUnavailable:
    """Say in the port's terms what went wrong."""
    number = error.errno or 0
    if number == errno.ENOENT:
        return missing(f"{uri} {_MISSING[missing]}")
    if number == errno.ENOTDIR:
        return missing(f"{uri} lies below what is no directory; links are not followed")
    if number in RULES:
        leaf, sentence = RULES[number]
        return leaf(f"{uri} {sentence}")
    return StorageUnavailable(f"{uri}: {os.strerror(number)}", str(uri), number in EVERYBODYS)


@contextmanager
def translated(uri: ObjectUri, missing: Missing = ObjectNotFound) -> Iterator[None]:
    """Turn an `OSError` of the block into the port's error."""
    try:
        yield
    except OSError as error:
        raise translate(error, uri, missing) from error
