"""How does a test keep objects in memory, and make the store fail when it wants to?"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from threading import Lock

from consumer.adapters.object_store.whole import read_whole
from consumer.core.errors import (
    BucketNotFound,
    ObjectChanged,
    ObjectExists,
    ObjectForbidden,
    ObjectNotFound,
    StorageUnavailable,
    StoreError,
)
from consumer.core.model import ObjectIdentity
from schemas.uri import ObjectUri

CHUNK_BYTES = 64 << 10


@dataclass(frozen=True, slots=True)
class StoredObject:
    """One version of an object."""

    content: bytes
    content_type: str
    identity: ObjectIdentity


@dataclass(slots=True)
class InMemoryObjectStore:
    """The `ObjectStore` port in a dictionary, with versions; buckets exist when named here."""

    buckets: set[str]
    _versions: dict[ObjectUri, list[StoredObject]] = field(default_factory=dict)
    _forbidden: set[ObjectUri] = field(default_factory=set)
    _failures: list[StoreError | StorageUnavailable] = field(default_factory=list)
    _breaks: list[Callable[[], object] | None] = field(default_factory=list)
    _lock: Lock = field(default_factory=Lock)

    def put(
        self, uri: ObjectUri, content: bytes, content_type: str = "application/octet-stream"
    ) -> StoredObject:
        """Store a new version, whatever is there."""
        versions = self._versions.setdefault(uri, [])
        etag, version_id = sha256(content).hexdigest(), f"v{len(versions) + 1}"
        identity = ObjectIdentity(etag, version_id, len(content))
        versions.append(StoredObject(content, content_type, identity))
        return versions[-1]

    def stored(self, uri: ObjectUri) -> StoredObject | None:
        """The newest version, for a test to look at."""
        return self._versions[uri][-1] if uri in self._versions else None

    def forbid(self, uri: ObjectUri) -> None:
        """Refuse this object from now on."""
        self._forbidden.add(uri)

    def fail_next(self, *failures: StoreError | StorageUnavailable) -> None:
        """Let the next calls fail, one failure each."""
        self._failures.extend(failures)

    def break_next_link(self, heals: bool, meanwhile: Callable[[], object] = lambda: None) -> None:
        """Break the next download after its first chunk, for good or until this has been done."""
        self._breaks.append(meanwhile if heals else None)

    @contextmanager
    def open(self, uri: ObjectUri, version_id: str | None = None) -> Iterator["InMemoryDownload"]:
        self._answer(uri)
        yield InMemoryDownload(self, uri, self._find(uri, version_id))

    def read(self, uri: ObjectUri, max_bytes: int) -> bytes:
        with self.open(uri) as opened:
            return read_whole(opened, uri, max_bytes)

    def create(self, uri: ObjectUri, data: bytes, content_type: str) -> str:
        with self._lock:
            self._answer(uri)
            if uri in self._versions:
                raise ObjectExists(f"{uri} exists already")
            return self.put(uri, data, content_type).identity.etag

    def break_off(self, uri: ObjectUri, identity: ObjectIdentity) -> None:
        """Break a download off, if a test wants that; return when it can be resumed."""
        if not self._breaks:
            return
        meanwhile = self._breaks.pop(0)
        if meanwhile is None:
            raise StorageUnavailable(f"{uri}: the download breaks off again and again", str(uri))
        meanwhile()
        if self._find(uri, None).identity != identity:
            raise ObjectChanged(f"{uri} was replaced while it was read")

    def _answer(self, uri: ObjectUri) -> None:
        if self._failures:
            raise self._failures.pop(0)
        if uri.bucket not in self.buckets:
            raise BucketNotFound(f"{uri} lies in a bucket that does not exist")
        if uri in self._forbidden:
            raise ObjectForbidden(f"{uri} may not be touched")

    def _find(self, uri: ObjectUri, version_id: str | None) -> StoredObject:
        for stored in reversed(self._versions.get(uri, [])):
            if version_id in {None, stored.identity.version_id}:
                return stored
        raise ObjectNotFound(f"{uri} does not exist")


@dataclass(frozen=True, slots=True)
class InMemoryDownload:
    """One version being read; the link may break after the first chunk."""

    store: InMemoryObjectStore
    uri: ObjectUri
    stored: StoredObject

    @property
    def identity(self) -> ObjectIdentity:
        return self.stored.identity

    def chunks(self) -> Iterator[bytes]:
        content = self.stored.content
        for start in range(0, len(content), CHUNK_BYTES):
            if start > 0:
                self.store.break_off(self.uri, self.identity)
            yield content[start : start + CHUNK_BYTES]
