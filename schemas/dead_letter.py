"""Say what a failed job looks like on the dead-letter topic, and what such a letter tells."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Self, TypeVar

from schemas import headers as names
from schemas.errors import Flaw, SchemaError
from schemas.headers import Failure, Headers, dead_letter_headers, last, truncation_headers
from schemas.position import Position
from schemas.wire import parse_time

ValueT = TypeVar("ValueT")

MAX_TRUNCATED_BYTES = 64 * 1024

# Upper bounds of what the record format adds: to a header two lengths; to a record its lengths,
# offset and time, and the header of a batch.
_HEADER_OVERHEAD_BYTES = 10
_RECORD_OVERHEAD_BYTES = 128


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """The key and bytes of a job that failed, untouched; its headers say why."""

    key: bytes | None
    value: bytes
    headers: Headers

    @classmethod
    def of(
        cls, key: bytes | None, value: bytes, headers: Headers, failure: Failure, max_bytes: int
    ) -> Self:
        """Make the letter of a record; one over `max_bytes` is cut and says so."""
        kept = tuple(header for header in headers if header[0] not in names.DEAD_LETTER_NAMES)
        whole = cls(key, value, (*kept, *dead_letter_headers(failure)))
        return whole if whole.record_bytes <= max_bytes else whole._cut(failure, max_bytes)

    @property
    def record_bytes(self) -> int:
        """Bound the size of the uncompressed record, which is what clients and brokers check."""
        header_bytes = sum(
            len(name.encode()) + len(value or b"") + _HEADER_OVERHEAD_BYTES
            for name, value in self.headers
        )
        return len(self.key or b"") + len(self.value) + header_bytes + _RECORD_OVERHEAD_BYTES

    @property
    def truncated(self) -> bool:
        """Whether the value is only the beginning of the original: it cannot be redriven."""
        return last(self.headers, names.TRUNCATED) == b"true"

    @property
    def original_headers(self) -> Headers:
        """The headers the job came with; none when the letter is truncated."""
        return tuple(header for header in self.headers if header[0] not in names.DEAD_LETTER_NAMES)

    @property
    def failure(self) -> Failure:
        """Why and where the job failed; SchemaError names the header that does not say."""
        return Failure(
            code=self._read(names.ERROR_CODE, str),
            message=self._read(names.ERROR_MESSAGE, str),
            attempt=self._read(names.ATTEMPT, int),
            failed_at=self._read(names.FAILED_AT, parse_time),
            worker=self._read(names.WORKER, str),
            position=Position(
                self._read(names.ORIGIN_TOPIC, str),
                self._read(names.ORIGIN_PARTITION, int),
                self._read(names.ORIGIN_OFFSET, int),
            ),
        )

    def _read(self, name: str, convert: Callable[[str], ValueT]) -> ValueT:
        value = last(self.headers, name)
        if value is None:
            raise SchemaError(Flaw(name, "is required"))
        try:
            return convert(value.decode())
        except ValueError as error:
            raise SchemaError(Flaw(name, "cannot be read")) from error

    def _cut(self, failure: Failure, max_bytes: int) -> Self:
        digest = sha256(self.value).hexdigest()
        headers = (
            *dead_letter_headers(failure),
            *truncation_headers(len(self.value), digest),
        )
        bare = replace(self, value=b"", headers=headers)
        if bare.record_bytes > max_bytes:
            # Only a key as long as a message: better a letter without it than a job never settled.
            bare = replace(bare, key=None)
        room = max(0, min(MAX_TRUNCATED_BYTES, max_bytes - bare.record_bytes))
        return replace(bare, value=self.value[:room])
