"""Does a directory keep the promises of an object store, and its visitors inside?"""

import os
import resource
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from consumer.adapters.object_store.directory import DirectoryObjectStore
from consumer.adapters.object_store.open_file import SMALL_BYTES
from consumer.core.errors import (
    BucketNotFound,
    ObjectChanged,
    ObjectForbidden,
    ObjectNotFound,
    StorageUnavailable,
)
from schemas.uri import ObjectUri
from tests.contract.object_store.suite import JSON, LARGE, ObjectStoreContract, World


@pytest.fixture
def root(tmp_path: Path) -> Path:
    root = tmp_path / "calls"
    root.mkdir()
    return root


@pytest.fixture
def store(root: Path) -> DirectoryObjectStore:
    return DirectoryObjectStore([root])


def uri_of(path: Path) -> ObjectUri:
    return ObjectUri.of_path(str(path))


def replace(uri: ObjectUri, content: bytes) -> None:
    path = Path(uri.path)
    new = path.with_name("new")
    new.write_bytes(content)
    new.replace(path)


class TestDirectory(ObjectStoreContract):
    @pytest.fixture
    def world(self, tmp_path: Path, root: Path) -> World:
        gone = tmp_path / "gone"
        return World(
            store=DirectoryObjectStore([root, gone]),
            intruder=DirectoryObjectStore([tmp_path / "elsewhere"]),
            uri=lambda key: uri_of(root / key),
            nowhere=uri_of(gone / "a.wav"),
            replace=replace,
        )


def test_a_root_is_a_whole_directory_name(root: Path, store: DirectoryObjectStore) -> None:
    private = root.with_name("calls-private")
    private.mkdir()
    (private / "a.wav").write_bytes(b"private")

    with pytest.raises(ObjectForbidden, match="no directory that the worker may use"):
        store.read(uri_of(private / "a.wav"), 100)


def test_a_root_itself_is_no_object(root: Path, store: DirectoryObjectStore) -> None:
    with pytest.raises(ObjectForbidden):
        store.read(uri_of(root), 100)


def test_a_root_may_be_a_link(root: Path) -> None:
    link = root.with_name("link")
    link.symlink_to(root)
    (root / "a.wav").write_bytes(b"hello")

    assert DirectoryObjectStore([link]).read(uri_of(link / "a.wav"), 100) == b"hello"


def test_the_nearest_root_counts(root: Path) -> None:
    (root / "below").mkdir()
    store = DirectoryObjectStore([root, root / "below", root / "below" / "gone"])

    with pytest.raises(BucketNotFound):
        store.create(uri_of(root / "below" / "gone" / "a.json"), b"", JSON)


def test_follows_no_link_to_a_file(root: Path, store: DirectoryObjectStore) -> None:
    secret = root.with_name("secret")
    secret.write_bytes(b"secret")
    (root / "link.wav").symlink_to(secret)

    with pytest.raises(ObjectForbidden, match="symbolic link"):
        store.read(uri_of(root / "link.wav"), 100)


def test_follows_no_link_to_a_directory(root: Path, store: DirectoryObjectStore) -> None:
    outside = root.with_name("outside")
    outside.mkdir()
    (outside / "a.wav").write_bytes(b"secret")
    (root / "link").symlink_to(outside)

    with pytest.raises(ObjectNotFound, match="links are not followed"):
        store.read(uri_of(root / "link" / "a.wav"), 100)
    with pytest.raises(ObjectForbidden, match="links are not followed"):
        store.create(uri_of(root / "link" / "b.json"), b"", JSON)
    assert [path.name for path in outside.iterdir()] == ["a.wav"]


def test_does_not_wait_for_the_writer_of_a_pipe(root: Path, store: DirectoryObjectStore) -> None:
    os.mkfifo(root / "pipe.wav")

    with pytest.raises(ObjectForbidden, match="not a regular file"):
        store.read(uri_of(root / "pipe.wav"), 100)


def test_reads_no_device() -> None:
    with pytest.raises(ObjectForbidden, match="not a regular file"):
        DirectoryObjectStore([Path("/dev")]).read(ObjectUri.of_path("/dev/zero"), 100)


def test_a_file_has_nothing_below_it(root: Path, store: DirectoryObjectStore) -> None:
    store.create(uri_of(root / "a"), b"", JSON)

    with pytest.raises(ObjectNotFound):
        store.read(uri_of(root / "a" / "b"), 100)
    with pytest.raises(ObjectForbidden):
        store.create(uri_of(root / "a" / "b"), b"", JSON)


def test_says_where_it_may_not_write() -> None:
    kernel = DirectoryObjectStore([Path("/sys")])

    with pytest.raises(ObjectForbidden):
        kernel.create(ObjectUri.of_path("/sys/a.json"), b"", JSON)


def test_a_name_that_no_file_system_takes_is_forbidden(
    root: Path, store: DirectoryObjectStore
) -> None:
    with pytest.raises(ObjectForbidden, match="name"):
        store.create(uri_of(root / ("n" * 300)), b"", JSON)


@contextmanager
def one_descriptor_left() -> Iterator[None]:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    os.close(lowest_free := os.dup(0))
    resource.setrlimit(resource.RLIMIT_NOFILE, (lowest_free + 1, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def test_a_draft_that_cannot_be_opened_says_nothing_about_the_object(
    root: Path, store: DirectoryObjectStore
) -> None:
    with (
        one_descriptor_left(),  # for the directory
        pytest.raises(StorageUnavailable, match="Too many open files"),
    ):
        store.create(uri_of(root / "a.json"), b"{}", JSON)


def test_leaves_no_draft_behind(root: Path, store: DirectoryObjectStore) -> None:
    for name in ("a.json", "n" * 300):
        try:
            store.create(uri_of(root / name), b"done", JSON)
        except ObjectForbidden:
            continue

    assert [path.name for path in root.iterdir()] == ["a.json"]


def test_a_small_copy_is_the_same_recording(root: Path, store: DirectoryObjectStore) -> None:
    etags = set()
    for name in ("a.wav", "copy.wav"):
        (root / name).write_bytes(b"hello")
        with store.open(uri_of(root / name)) as opened:
            etags.add(opened.identity.etag)

    assert len(etags) == 1


def test_notices_that_a_large_file_is_written_to(root: Path, store: DirectoryObjectStore) -> None:
    path = root / "large.wav"
    path.write_bytes(LARGE)
    os.utime(path, ns=(0, 0))

    with store.open(uri_of(path)) as opened, path.open("r+b") as writer:
        chunks = opened.chunks()
        next(chunks)
        writer.seek(len(LARGE) // 2)
        writer.write(b"overdub")
        writer.flush()

        with pytest.raises(ObjectChanged):
            list(chunks)


def test_delivers_the_large_file_that_was_opened(root: Path, store: DirectoryObjectStore) -> None:
    path = root / "large.wav"
    path.write_bytes(LARGE)

    with store.open(uri_of(path)) as opened:
        chunks = opened.chunks()
        first = next(chunks)
        replace(uri_of(path), b"x" * len(LARGE))

        assert first + b"".join(chunks) == LARGE


def test_notices_that_a_large_file_is_cut_short(root: Path, store: DirectoryObjectStore) -> None:
    path = root / "large.wav"
    path.write_bytes(LARGE)

    with store.open(uri_of(path)) as opened:
        chunks = opened.chunks()
        next(chunks)
        os.truncate(path, SMALL_BYTES)

        with pytest.raises(ObjectChanged):
            list(chunks)
