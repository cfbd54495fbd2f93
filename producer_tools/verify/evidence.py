"""Remember of every message that was read what it takes to judge it: digests, not values."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from hashlib import blake2b, sha256
from typing import TYPE_CHECKING, Final

from producer_tools.kafka.messages import Incoming
from producer_tools.verify.claims import Claim, claims_of
from schemas.codec import SchemaError, decode_job, decode_result
from schemas.dead_letter import DeadLetter
from schemas.headers import VALUE_SHA256, Headers, last
from schemas.result import Result

if TYPE_CHECKING:
    from schemas.commit_metadata import Progress

Spot = tuple[int, int]
"""Partition and offset of a job on the one topic that is judged."""

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_LAST_MILLISECOND: Final = (datetime.max.replace(tzinfo=UTC) - _EPOCH) // timedelta(milliseconds=1)


@dataclass(frozen=True, slots=True)
class Accepted:
    """A job's message."""

    timestamp_ms: int
    job_id: str | None
    record: bytes
    """Digest of key, value and headers."""
    value: bytes
    """SHA-256 of the value alone."""


@dataclass(frozen=True, slots=True)
class Ending:
    """A terminal result of our group."""

    timestamp_ms: int | None
    job_id: str | None
    status: str
    completed_ms: int
    claims: tuple[Claim, ...]

    def answers(self, job: Accepted) -> bool:
        """Whether the message that was answered is this one, and not another at its offset."""
        dated = 0 < job.timestamp_ms <= _LAST_MILLISECOND
        return self.job_id == job.job_id and self.timestamp_ms == (
            job.timestamp_ms if dated else None
        )


@dataclass(frozen=True, slots=True)
class Letter:
    """A dead letter: a digest of the record it must be, or of its value when it was cut."""

    digest: bytes
    truncated: bool

    def carries(self, job: Accepted) -> bool:
        """Whether the letter holds the job's original bytes, or names their hash when cut."""
        return self.digest == (job.value if self.truncated else job.record)


@dataclass(frozen=True, slots=True)
class Retention:
    """What was removed before it could be read."""

    first_offsets: Mapping[int, int] = field(default_factory=dict)
    """Where each partition of the jobs topic begins."""
    results_since_ms: int = 0
    """Results written before may be gone."""
    letters_since_ms: int = 0
    """Dead letters written before may be gone."""

    def removed(self, spot: Spot) -> bool:
        """Whether the job there is gone."""
        return spot[1] < self.first_offsets.get(spot[0], 0)


class Evidence:
    """What is known of one jobs topic and one group; it grows as messages are read.

    Read commits first, then results, dead letters and jobs: whatever one of them speaks of is
    then in the next.
    """

    def __init__(self, group: str, jobs_topic: str) -> None:
        self._group = group
        self._jobs_topic = jobs_topic
        self.retention = Retention()
        self.progress: Mapping[int, Progress] = {}
        """What the group has committed, by partition."""
        self.jobs: dict[Spot, Accepted] = {}
        self.endings: defaultdict[Spot, list[Ending]] = defaultdict(list)
        self.letters: defaultdict[Spot, list[Letter]] = defaultdict(list)
        self.failed_for: defaultdict[Spot, set[str]] = defaultdict(set)
        """The groups in which a job failed: their dead letters do not say whose they are."""
        self.unreadable_results: list[str] = []
        self.unreadable_letters: list[str] = []

    def add_job(self, incoming: Incoming) -> None:
        """Take note of a job; a null value is none."""
        if incoming.value is None:
            return
        position = incoming.position
        self.jobs[position.partition, position.offset] = Accepted(
            timestamp_ms=incoming.timestamp_ms,
            job_id=_job_id(incoming.value),
            record=_digest(incoming.key, incoming.value, incoming.headers),
            value=sha256(incoming.value).digest(),
        )

    def add_result(self, incoming: Incoming) -> None:
        """Take note of a result of our group, and of failures in others."""
        try:
            result = decode_result(incoming.value or b"")
        except SchemaError as error:
            self.unreadable_results.append(f"{incoming.position}: {error}")
            return
        origin = result.origin
        if origin.topic != self._jobs_topic:
            return
        spot = origin.partition, origin.offset
        if result.status == "failed":
            self.failed_for[spot].add(origin.group)
        if origin.group == self._group:
            self.endings[spot].append(_ending(result))

    def add_letter(self, incoming: Incoming) -> None:
        """Take note of a dead letter of our topic."""
        letter = DeadLetter(incoming.key, incoming.value or b"", incoming.headers)
        try:
            origin = letter.failure.position
        except SchemaError as error:
            self.unreadable_letters.append(f"{incoming.position}: {error}")
            return
        if origin.topic == self._jobs_topic:
            self.letters[origin.partition, origin.offset].append(_letter(letter))

    def is_finished(self, spot: Spot) -> bool:
        """Whether the group has committed the job as finished."""
        progress = self.progress.get(spot[0])
        return progress is not None and progress.is_finished(spot[1])

    def valid_endings(self, spot: Spot) -> list[Ending]:
        """List the results that answer the job there."""
        job = self.jobs[spot]
        return [ending for ending in self.endings.get(spot, ()) if ending.answers(job)]

    def claims(self) -> Iterator[tuple[Claim, str]]:
        """Yield what the results of readable jobs claim, and for which job."""
        for spot in self.jobs:
            for ending in self.valid_endings(spot):
                for claim in ending.claims:
                    yield claim, self.position(spot)

    def position(self, spot: Spot) -> str:
        """Write where a job stands."""
        return f"{self._jobs_topic}/{spot[0]}/{spot[1]}"


def _job_id(value: bytes) -> str | None:
    try:
        return decode_job(value).job_id
    except SchemaError as error:
        return error.job_id


def _ending(result: Result) -> Ending:
    moment = result.origin.timestamp
    return Ending(
        timestamp_ms=_milliseconds(moment) if moment else None,
        job_id=result.job_id,
        status=result.status,
        completed_ms=_milliseconds(result.completed_at),
        claims=claims_of(result),
    )


def _milliseconds(moment: datetime) -> int:
    return (moment - _EPOCH) // timedelta(milliseconds=1)


def _letter(letter: DeadLetter) -> Letter:
    if not letter.truncated:
        return Letter(_digest(letter.key, letter.value, letter.headers), truncated=False)
    named = last(letter.headers, VALUE_SHA256) or b""
    try:
        return Letter(bytes.fromhex(named.decode()), truncated=True)
    except ValueError:
        return Letter(b"", truncated=True)


def _digest(key: bytes | None, value: bytes, headers: Headers) -> bytes:
    """Hash a record as a dead letter must repeat it."""
    original = DeadLetter(key, value, headers).original_headers
    content = repr((key, value, original)).encode()
    return blake2b(content, digest_size=16).digest()
