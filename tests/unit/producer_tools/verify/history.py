"""A history that keeps the promise: jobs, what became of them, and what is stored."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from hashlib import md5, sha256
from typing import NamedTuple

from producer_tools.kafka.messages import Incoming
from producer_tools.verify.claims import StoredObject
from producer_tools.verify.evidence import Evidence, Retention
from producer_tools.verify.oracle import Oracle
from producer_tools.verify.verdict import Verdict
from schemas.codec import encode_job, encode_result, encode_stored
from schemas.codes import ErrorCode
from schemas.commit_metadata import Mark, Progress
from schemas.dead_letter import DeadLetter
from schemas.headers import Failure, Headers
from schemas.identity import object_uri
from schemas.job import Job
from schemas.position import Position
from schemas.publishing import Delivery, announcement
from schemas.result import Result, StoredResult
from schemas.result_parts import Origin, Output, Timings
from schemas.uri import ObjectUri
from tests.unit.producer_tools.messages import NOON
from tests.unit.producer_tools.verify.documents import (
    COMPLETED,
    incoming,
    job_named,
    stored_result,
    unanswered,
)

LETTER_MAX_BYTES = 2000
JOB_HEADERS: Headers = (("traceparent", b"00-1-2-01"), ("x-tenant", None))


class Fate(Enum):
    """What became of a message of the jobs topic."""

    SUCCEEDED = "succeeded"
    UNINLINED = "succeeded, too long for a message"
    FAILED = "failed"
    FAILED_LONG = "failed, with a dead letter that had to be cut"
    EXPIRED = "expired"
    OPEN = "still to be finished"
    TOMBSTONE = "no job"
    FAILED_ELSEWHERE = "succeeded here and failed in another group"


SUCCESSES = (Fate.SUCCEEDED, Fate.UNINLINED, Fate.FAILED_ELSEWHERE)
FAILURES = (Fate.FAILED, Fate.FAILED_LONG)


class Spot(NamedTuple):
    """Where a message of the jobs topic stands."""

    partition: int
    offset: int


@dataclass(frozen=True)
class Place:
    """Where a history takes place."""

    topic: str = "jobs"
    group: str = "turnstream"
    output: str = "s3://results/"

    def position(self, spot: Spot) -> Position:
        return Position(self.topic, spot.partition, spot.offset)

    def origin(self, spot: Spot, group: str) -> Origin:
        return Origin(
            group=group,
            topic=self.topic,
            partition=spot.partition,
            offset=spot.offset,
            timestamp=NOON,
        )


HERE = Place()


@dataclass
class History:
    """Everything a verdict is made of; corruptions change it in place."""

    place: Place
    fates: dict[Spot, Fate]
    jobs: dict[Spot, Incoming] = field(default_factory=dict)
    results: list[Result] = field(default_factory=list)
    letters: list[tuple[Spot, DeadLetter]] = field(default_factory=list)
    progress: dict[int, Progress] = field(default_factory=dict)
    objects: dict[ObjectUri, StoredObject] = field(default_factory=dict)
    garbage: list[bytes] = field(default_factory=list)
    retention: Retention = field(default_factory=Retention)

    def read(self, uri: ObjectUri) -> StoredObject | None:
        """Be the store."""
        return self.objects.get(uri)

    def spots(self, *fates: Fate) -> list[Spot]:
        return [spot for spot, fate in self.fates.items() if fate in fates]

    def result_of(self, spot: Spot) -> Result:
        return next(
            result
            for result in self.results
            if result.origin == self.place.origin(spot, self.place.group)
        )

    def replace_result(self, spot: Spot, change: Callable[[Result], Result]) -> None:
        old = self.result_of(spot)
        self.results[self.results.index(old)] = change(old)

    def replace_letter(self, spot: Spot, change: Callable[[DeadLetter], DeadLetter]) -> None:
        self.letters = [
            (one, change(letter) if one == spot else letter) for one, letter in self.letters
        ]

    def bury(self, spot: Spot) -> None:
        """Write the dead letter of a job."""
        job = self.jobs[spot]
        failure = Failure("audio_empty", "no sound", 1, NOON, "worker-0", job.position)
        letter = DeadLetter.of(job.key, job.value or b"", job.headers, failure, LETTER_MAX_BYTES)
        self.letters.append((spot, letter))

    def verdict(self, *, at_least_once: bool = False) -> Verdict:
        evidence = Evidence(self.place.group, self.place.topic)
        evidence.progress = self.progress
        evidence.retention = self.retention
        for offset, value in enumerate(
            [*map(encode_result, self.results), *self.garbage],
        ):
            evidence.add_result(incoming(Position("results", 0, offset), None, value))
        for offset, (_, letter) in enumerate(self.letters):
            position = Position("letters", 0, offset)
            evidence.add_letter(incoming(position, letter.key, letter.value, letter.headers))
        for job in self.jobs.values():
            evidence.add_job(job)
        return Oracle(self, at_least_once).judge(evidence)


def history(fates: Mapping[Spot, Fate], place: Place = HERE) -> History:
    """Let every message meet its fate."""
    made = History(place, dict(fates))
    for spot, fate in fates.items():
        _happen(made, spot, fate)
    for partition in {spot.partition for spot in fates}:
        made.progress[partition] = _progress(made, partition)
    return made


def spots(fates: Sequence[Fate]) -> dict[Spot, Fate]:
    """Spread messages over two partitions."""
    return {Spot(number % 2, number // 2): fate for number, fate in enumerate(fates)}


def _happen(made: History, spot: Spot, fate: Fate) -> None:
    note = "x" * LETTER_MAX_BYTES if fate is Fate.FAILED_LONG else ""
    job = job_named(f"job-{spot.partition}-{spot.offset}", note)
    value = None if fate is Fate.TOMBSTONE else encode_job(job)
    made.jobs[spot] = incoming(made.place.position(spot), b"key", value, JOB_HEADERS)
    if fate in SUCCESSES:
        made.results.append(_succeeded(made, spot, job))
    if fate in FAILURES:
        _fail(made, spot, job, made.place.group)
    if fate is Fate.FAILED_ELSEWHERE:
        _fail(made, spot, job, "another group")
    if fate is Fate.EXPIRED:
        origin = made.place.origin(spot, made.place.group)
        made.results.append(unanswered(origin, job, ErrorCode.DEADLINE_PASSED))


def _fail(made: History, spot: Spot, job: Job, group: str) -> None:
    made.results.append(unanswered(made.place.origin(spot, group), job, ErrorCode.AUDIO_EMPTY))
    made.bury(spot)


def _progress(made: History, partition: int) -> Progress:
    still_open = [spot.offset for spot in made.spots(Fate.OPEN) if spot.partition == partition]
    end = 1 + max(spot.offset for spot in made.fates if spot.partition == partition)
    return Progress(end, {offset: Mark(starts=1) for offset in sorted(still_open)})


def _succeeded(made: History, spot: Spot, job: Job) -> Result:
    stored = stored_result(job)
    output = store(made, object_uri(made.place.output, job.job_id, stored.fingerprint), stored)
    delivery = Delivery(
        origin=made.place.origin(spot, made.place.group),
        outputs=(output,),
        metadata=job.metadata,
        reused=False,
        attempt=1,
        worker="worker-0",
        completed_at=COMPLETED,
        timings=Timings(),
    )
    result = announcement(stored, delivery)
    if made.fates[spot] is not Fate.UNINLINED:
        return result
    return result.model_copy(update={"inline": False, "result": None})


def store(made: History, uri: ObjectUri, stored: StoredResult) -> Output:
    """Put a document into the store, and say of it what a result says."""
    data = encode_stored(stored)
    etag, digest = md5(data).hexdigest(), sha256(data).hexdigest()
    made.objects[uri] = StoredObject(data, etag)
    return Output(format="json", uri=uri, etag=etag, sha256=digest, size_bytes=len(data))
