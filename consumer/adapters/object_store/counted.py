"""How often does the object store answer, and how?"""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

from prometheus_client import Counter

from consumer.core.errors import (
    BucketNotFound,
    ConditionalCreateUnsupported,
    ObjectChanged,
    ObjectExists,
    ObjectForbidden,
    ObjectNotFound,
    StorageUnavailable,
)
from consumer.core.model import ObjectIdentity
from consumer.core.ports import ObjectStore, OpenObject
from schemas.uri import ObjectUri

_OUTCOMES: dict[type[BaseException], str] = {
    ObjectNotFound: "not_found",
    ObjectForbidden: "forbidden",
    ObjectExists: "exists",
    ObjectChanged: "changed",
    BucketNotFound: "bucket_not_found",
    ConditionalCreateUnsupported: "unsupported",
    StorageUnavailable: "unavailable",
}


@dataclass(frozen=True, slots=True)
class CountedStore:
    """The `ObjectStore` port on another one, whose answers it counts: one request, one answer."""

    store: ObjectStore
    requests: Counter
    """By `request` and `outcome`."""

    @contextmanager
    def open(self, uri: ObjectUri, version_id: str | None = None) -> Iterator[OpenObject]:
        """Count how the download begins, and then how its body ends."""
        with ExitStack() as closing:
            with self.counted("open"):
                opened = closing.enter_context(self.store.open(uri, version_id))
            yield _Counted(opened, self)

    def read(self, uri: ObjectUri, max_bytes: int) -> bytes:
        with self.counted("read"):
            return self.store.read(uri, max_bytes)

    def create(self, uri: ObjectUri, data: bytes, content_type: str) -> str:
        with self.counted("create"):
            return self.store.create(uri, data, content_type)

    @contextmanager
    def counted(self, request: str) -> Iterator[None]:
        """Count how a request ends."""
        try:
            yield
        except Exception as error:
            self.requests.labels(request, _OUTCOMES.get(type(error), "other")).inc()
            raise
        self.requests.labels(request, "ok").inc()


@dataclass(frozen=True, slots=True)
class _Counted:
    """A download whose body is read at most once."""

    opened: OpenObject
    counting: CountedStore

    @property
    def identity(self) -> ObjectIdentity:
        return self.opened.identity

    def chunks(self) -> Iterator[bytes]:
        with self.counting.counted("body"):
            yield from self.opened.chunks()
