"""What does every object store promise?"""

import tracemalloc
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from hashlib import sha256

import pytest

from consumer.core.errors import (
    BucketNotFound,
    ObjectExists,
    ObjectForbidden,
    ObjectNotFound,
    ObjectTooLarge,
)
from consumer.core.ports import ObjectStore
from schemas.uri import ObjectUri

JSON = "application/json"
LARGE = bytes(range(256)) * (32 << 12)  # 32 MiB
AWKWARD_KEYS = (
    "plain.wav",
    "deep/er/than/most/call.flac",
    "per%20cent.wav",
    "a+b c.wav",
    "number#1.wav",
    "what?.wav",
    "a&b=c;d,e:f@g!$'()*~.wav",
    "Übung-通話-🎙.wav",
    "back\\slash.wav",
    "-dash",
    ".hidden",
)


@dataclass(frozen=True, slots=True)
class World:
    """A store, and what a test must know and do behind its back."""

    store: ObjectStore
    intruder: ObjectStore
    """A client of the same bytes that may touch none of them."""
    uri: Callable[[str], ObjectUri]
    """An object of this key in a bucket that exists."""
    nowhere: ObjectUri
    """An object in a bucket that does not."""
    replace: Callable[[ObjectUri, bytes], object]


class ObjectStoreContract:
    """The suite; subclasses say in a fixture `world` which store it runs on."""

    def test_gives_back_what_was_created(self, world: World) -> None:
        uri = world.uri("results/a.json")

        etag = world.store.create(uri, b"who spoke when", JSON)

        with world.store.open(uri) as opened:
            assert opened.identity.etag == etag
            assert opened.identity.size_bytes == 14
            assert b"".join(opened.chunks()) == b"who spoke when"

    def test_etags_have_no_quotes(self, world: World) -> None:
        assert '"' not in world.store.create(world.uri("a"), b"a", JSON)

    def test_streams_a_large_object_in_bounded_memory(self, world: World) -> None:
        uri = world.uri("large.wav")
        etag = world.store.create(uri, LARGE, "audio/wav")
        digest = sha256()

        tracemalloc.start()
        with world.store.open(uri) as opened:
            for chunk in opened.chunks():
                digest.update(chunk)
        peak_bytes = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()

        assert opened.identity.etag == etag
        assert digest.digest() == sha256(LARGE).digest()
        assert peak_bytes < len(LARGE) / 4

    def test_an_empty_object_has_no_chunks(self, world: World) -> None:
        world.store.create(world.uri("empty"), b"", JSON)

        with world.store.open(world.uri("empty")) as opened:
            assert opened.identity.size_bytes == 0
            assert list(opened.chunks()) == []

    def test_a_body_may_stay_unread(self, world: World) -> None:
        uri = world.uri("large.wav")
        world.store.create(uri, LARGE, "audio/wav")

        for _ in range(20):
            with world.store.open(uri) as opened:
                assert opened.identity.size_bytes == len(LARGE)

    @pytest.mark.parametrize("key", AWKWARD_KEYS)
    def test_takes_keys_literally(self, world: World, key: str) -> None:
        world.store.create(world.uri(key), key.encode(), JSON)

        assert world.store.read(world.uri(key), 100) == key.encode()

    def test_a_percent_sign_is_not_an_escape(self, world: World) -> None:
        world.store.create(world.uri("a b"), b"", JSON)

        with pytest.raises(ObjectNotFound):
            world.store.read(world.uri("a%20b"), 100)

    def test_says_that_an_object_is_missing(self, world: World) -> None:
        with pytest.raises(ObjectNotFound, match="missing"):
            world.store.read(world.uri("missing"), 100)

    def test_a_prefix_of_keys_is_no_object(self, world: World) -> None:
        world.store.create(world.uri("calls/1.wav"), b"1", JSON)

        with pytest.raises(ObjectNotFound):
            world.store.read(world.uri("calls"), 100)

    def test_says_that_a_bucket_is_missing(self, world: World) -> None:
        with pytest.raises(BucketNotFound):
            world.store.read(world.nowhere, 100)
        with pytest.raises(BucketNotFound):
            world.store.create(world.nowhere, b"", JSON)

    def test_says_that_an_object_is_forbidden(self, world: World) -> None:
        uri = world.uri("private.wav")
        world.store.create(uri, b"private", JSON)

        with pytest.raises(ObjectForbidden):
            world.intruder.read(uri, 100)
        with pytest.raises(ObjectForbidden):
            world.intruder.create(world.uri("new"), b"", JSON)

    @pytest.mark.parametrize("version_id", ["nonsense", "3f2b1a64-0000-4000-8000-000000000000"])
    def test_a_version_that_never_was_is_missing(self, world: World, version_id: str) -> None:
        uri = world.uri("call.wav")
        world.store.create(uri, b"hello", JSON)

        with pytest.raises(ObjectNotFound), world.store.open(uri, version_id):
            pass

    def test_never_overwrites(self, world: World) -> None:
        uri = world.uri("a.json")
        world.store.create(uri, b"first", JSON)

        with pytest.raises(ObjectExists):
            world.store.create(uri, b"second", JSON)

        assert world.store.read(uri, 100) == b"first"

    def test_exactly_one_of_eight_writers_wins(self, world: World) -> None:
        uri = world.uri("raced/a.json")

        def write(number: int) -> int | None:
            try:
                world.store.create(uri, b"%d" % number, JSON)
            except ObjectExists:
                return None
            return number

        with ThreadPoolExecutor(8) as pool:
            winners = [number for number in pool.map(write, range(8)) if number is not None]

        assert [world.store.read(uri, 100)] == [b"%d" % number for number in winners]

    def test_reads_an_object_of_exactly_the_limit(self, world: World) -> None:
        world.store.create(world.uri("a"), b"12345", JSON)

        assert world.store.read(world.uri("a"), 5) == b"12345"

    def test_refuses_to_read_more_than_the_limit(self, world: World) -> None:
        world.store.create(world.uri("a"), b"12345", JSON)

        with pytest.raises(ObjectTooLarge, match="5 bytes"):
            world.store.read(world.uri("a"), 4)

    def test_delivers_what_was_opened_when_it_is_replaced(self, world: World) -> None:
        # Small enough for the buffers in between: MinIO lets no writer pass a slow reader.
        uri, content = world.uri("call.wav"), LARGE[: 256 << 10]
        world.store.create(uri, content, "audio/wav")

        with world.store.open(uri) as opened:
            world.replace(uri, b"x" * len(content))

            assert b"".join(opened.chunks()) == content

    def test_another_content_has_another_etag(self, world: World) -> None:
        uri = world.uri("call.wav")
        etag = world.store.create(uri, b"one", JSON)

        world.replace(uri, b"two")

        with world.store.open(uri) as opened:
            assert opened.identity.etag != etag
