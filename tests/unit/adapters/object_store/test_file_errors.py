"""Does every refusal of the kernel mean what it should?"""

import errno
import os

import pytest

from consumer.adapters.object_store.file_errors import Missing, translate, translated
from consumer.core.errors import (
    BucketNotFound,
    ObjectExists,
    ObjectForbidden,
    ObjectNotFound,
    StorageUnavailable,
)
from schemas.uri import ObjectUri

URI = ObjectUri("file", "", "data/a.wav")


@pytest.mark.parametrize(
    ("number", "error"),
    [
        (errno.ENOENT, ObjectNotFound),
        (errno.ENOTDIR, ObjectNotFound),
        (errno.EACCES, ObjectForbidden),
        (errno.EPERM, ObjectForbidden),
        (errno.EROFS, ObjectForbidden),
        (errno.ELOOP, ObjectForbidden),
        (errno.ENXIO, ObjectForbidden),
        (errno.ENAMETOOLONG, ObjectForbidden),
        (errno.EEXIST, ObjectExists),
        (errno.ENOSPC, StorageUnavailable),
        (errno.EDQUOT, StorageUnavailable),
        (errno.EIO, StorageUnavailable),
        (errno.EMFILE, StorageUnavailable),
        (errno.ESTALE, StorageUnavailable),
    ],
)
def test_the_number_decides(number: int, error: type[Exception]) -> None:
    found = translate(OSError(number, os.strerror(number)), URI, ObjectNotFound)

    assert type(found) is error
    assert str(found).startswith("file:///data/a.wav")


@pytest.mark.parametrize(
    ("number", "everybody"),
    [
        (errno.ENOSPC, True),
        (errno.EDQUOT, True),
        (errno.EMFILE, True),
        (errno.EIO, False),
        (errno.ESTALE, False),
    ],
)
def test_an_outage_names_its_file_and_whether_another_could_fare_better(
    number: int, everybody: bool
) -> None:
    found = translate(OSError(number, ""), URI, ObjectNotFound)

    assert isinstance(found, StorageUnavailable)
    assert (found.place, found.everybody) == ("file:///data/a.wav", everybody)


@pytest.mark.parametrize("missing", [ObjectNotFound, BucketNotFound, ObjectForbidden])
@pytest.mark.parametrize("number", [errno.ENOENT, errno.ENOTDIR])
def test_the_caller_says_what_an_absence_means(missing: Missing, number: int) -> None:
    assert type(translate(OSError(number, ""), URI, missing)) is missing


def test_an_error_without_a_number_is_an_outage() -> None:
    assert isinstance(translate(OSError("odd"), URI, ObjectNotFound), StorageUnavailable)


def test_keeps_the_cause() -> None:
    cause = FileNotFoundError(errno.ENOENT, "gone")

    with pytest.raises(ObjectNotFound) as raised, translated(URI):
        raise cause

    assert raised.value.__cause__ is cause
