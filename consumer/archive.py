"""Is there a stored result already, and how is a new one stored so that the first writer wins?"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from hashlib import sha256

from consumer.core.errors import (
    BucketNotFound,
    ConditionalCreateUnsupported,
    ObjectChanged,
    ObjectExists,
    ObjectForbidden,
    ObjectNotFound,
    OutputConflict,
    OutputNotWritable,
    OutputUriRefused,
    StorageUnavailable,
)
from consumer.core.ports import ObjectStore, Operation
from consumer.core.work import Task
from schemas.codec import SchemaError, decode_stored, encode_stored
from schemas.identity import ObjectKeyTooLong, object_uri
from schemas.operation import Shapes
from schemas.operations import V1
from schemas.result import Output, StoredResult
from schemas.uri import ObjectUri

MAX_STORED_BYTES = 256 * 1024**2
CREATE_TRIES = 4
"""The first, and three more after an object that was in the way had gone when it was looked at."""
JSON = "application/json"


@dataclass(frozen=True, slots=True)
class Kept:
    """A stored result, and every object that holds it."""

    stored: StoredResult
    outputs: tuple[Output, ...]


@dataclass(frozen=True, slots=True)
class _Object:
    """One object as it lies in the store, whoever wrote it."""

    uri: ObjectUri
    data: bytes
    etag: str

    def output(self, format_name: str) -> Output:
        return Output(
            format=format_name,
            uri=self.uri,
            etag=self.etag,
            sha256=sha256(self.data).hexdigest(),
            size_bytes=len(self.data),
        )


class Archive:
    """Result objects under keys that are a pure function of the job.

    Nothing is ever overwritten.
    """

    def __init__(
        self, store: ObjectStore, operations: Mapping[str, Operation], shapes: Shapes = V1
    ) -> None:
        self._store = store
        self._operations = operations
        self._shapes = shapes

    def find(self, task: Task) -> Kept | None:
        """Return the stored result of the same computation, with every format the job wants.

        Raises `OutputConflict` when something else lies under the key, `OutputUriRefused`,
        `OutputNotWritable`, `StorageUnavailable`.
        """
        uri = _uri(task, "json")
        try:
            with _as_output_errors(uri):
                found = self._look(uri)
        except ObjectNotFound:
            return None
        return self._complete(task, found, self._checked(task, found))

    def keep(self, task: Task, stored: StoredResult) -> Kept:
        """Store a result unless there is one already, and return what is stored.

        Raises `OutputNotWritable`, `OutputConflict`, `StorageUnavailable`.
        """
        data = encode_stored(stored)
        found = self._create(_uri(task, "json"), data, JSON)
        is_ours = found.data is data
        return self._complete(task, found, stored if is_ours else self._checked(task, found))

    def _complete(self, task: Task, found: _Object, stored: StoredResult) -> Kept:
        derived = (self._derive(task, stored, name) for name in task.job.formats if name != "json")
        return Kept(stored, (found.output("json"), *derived))

    def _derive(self, task: Task, stored: StoredResult, format_name: str) -> Output:
        operation = self._operations[task.job.operation]
        data = operation.render(format_name, stored)
        uri = _uri(task, format_name)
        found = self._create(uri, data, operation.formats[format_name])
        if found.data != data:
            raise OutputConflict(f"{uri}: holds something else than this job's {format_name}")
        return found.output(format_name)

    def _checked(self, task: Task, found: _Object) -> StoredResult:
        """Read what lies there as this operation's answer, and see whose it is."""
        try:
            stored = decode_stored(found.data, self._shapes)
        except SchemaError as error:
            raise OutputConflict(
                f"{found.uri}: holds an object that is not a result ({error})"
            ) from error
        if (stored.job_id, stored.fingerprint) != (task.job.job_id, task.fingerprint):
            raise OutputConflict(f"{found.uri}: holds the result of another job ({stored.job_id})")
        return stored

    def _create(self, uri: ObjectUri, data: bytes, content_type: str) -> _Object:
        for _ in range(CREATE_TRIES):
            with suppress(ObjectNotFound):  # deleted between the two: its place is free again
                return self._create_or_read(uri, data, content_type)
        reason = f"{uri}: exists for a writer and not for a reader, {CREATE_TRIES} times"
        raise StorageUnavailable(reason, str(uri))

    def _look(self, uri: ObjectUri) -> _Object:
        """Read what may be there; without list permission a missing object looks forbidden."""
        try:
            return self._read(uri)
        except ObjectForbidden as error:
            raise ObjectNotFound(str(error)) from error

    def _create_or_read(self, uri: ObjectUri, data: bytes, content_type: str) -> _Object:
        with _as_output_errors(uri):
            try:
                return _Object(uri, data, self._store.create(uri, data, content_type))
            except ObjectExists:
                return self._read(uri)

    def _read(self, uri: ObjectUri) -> _Object:
        with self._store.open(uri) as opened:
            if opened.identity.size_bytes > MAX_STORED_BYTES:
                raise OutputConflict(
                    f"{uri}: {opened.identity.size_bytes} bytes cannot be a result"
                )
            return _Object(uri, b"".join(opened.chunks()), opened.identity.etag)


@contextmanager
def _as_output_errors(uri: ObjectUri) -> Iterator[None]:
    """Translate the store's answers about a result object; `ObjectNotFound` is the caller's."""
    try:
        yield
    except (ObjectForbidden, BucketNotFound, ConditionalCreateUnsupported) as error:
        raise OutputNotWritable(str(error)) from error
    except ObjectChanged as error:
        raise StorageUnavailable(str(error), str(uri)) from error


def _uri(task: Task, extension: str) -> ObjectUri:
    try:
        return object_uri(*task.key, extension)
    except ObjectKeyTooLong as error:
        raise OutputUriRefused(f"{task.output_uri}: {error}") from error
