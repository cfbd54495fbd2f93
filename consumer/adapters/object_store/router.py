"""Which store does an address belong to?"""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack, contextmanager
from pathlib import Path

from consumer.adapters.object_store.directory import DirectoryObjectStore
from consumer.adapters.object_store.s3_client import S3Options
from consumer.core.errors import ObjectForbidden
from consumer.core.ports import ObjectStore, OpenObject
from schemas.uri import ObjectUri


class ObjectStores:
    """The `ObjectStore` port on one store for each scheme."""

    def __init__(self, by_scheme: Mapping[str, ObjectStore]) -> None:
        self._by_scheme = by_scheme

    def open(
        self, uri: ObjectUri, version_id: str | None = None
    ) -> AbstractContextManager[OpenObject]:
        return self._store(uri).open(uri, version_id)

    def read(self, uri: ObjectUri, max_bytes: int) -> bytes:
        return self._store(uri).read(uri, max_bytes)

    def create(self, uri: ObjectUri, data: bytes, content_type: str) -> str:
        return self._store(uri).create(uri, data, content_type)

    def _store(self, uri: ObjectUri) -> ObjectStore:
        store = self._by_scheme.get(uri.scheme)
        if store is None:
            raise ObjectForbidden(f"{uri}: this worker has no store for {uri.scheme}://")
        return store


@contextmanager
def object_stores(roots: Iterable[Path], s3: S3Options | None) -> Iterator[ObjectStores]:
    """Yield the stores of a worker; without options there is no S3, and no boto3."""
    with ExitStack() as closing:
        by_scheme: dict[str, ObjectStore] = {"file": DirectoryObjectStore(roots)}
        if s3 is not None:
            from consumer.adapters.object_store.s3 import S3ObjectStore

            store = S3ObjectStore.connected(s3)
            closing.callback(store.close)
            by_scheme["s3"] = store
        yield ObjectStores(by_scheme)
