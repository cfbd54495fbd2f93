"""Which jobs are submitted, what is wrong with some of them, and how may each of them end?"""

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum

from tests.fakes.jobs import job_bytes
from tests.scripted.recordings import Behaviour, Instructions
from tests.stack.messages import Entry

PLAIN_RECORDINGS = 300
_PLAIN_MILLISECONDS = (0, 0, 5, 10, 20, 60)
_LONG_MILLISECONDS = 10_000
_PAST = "2020-01-01T00:00:00Z"


class Kind(StrEnum):
    """What is special about a job."""

    PLAIN = "plain"
    TWICE = "twice"
    RECOMPUTED = "recomputed"
    WITH_RTTM = "with-rttm"
    STUMBLING = "stumbling"
    LONG = "long"
    OVERDUE = "overdue"
    NOT_A_JOB = "not-a-job"
    UNDECODABLE = "undecodable"
    MISSING = "missing"
    DELETED = "deleted"
    REPLACED = "replaced"
    FOREIGN_OBJECT = "foreign-object"
    SEGFAULTING = "segfaulting"
    KILLED = "killed-for-memory"
    EXHAUSTING = "exhausting-memory"


ENDINGS: Mapping[Kind, frozenset[str]] = {
    Kind.STUMBLING: frozenset({"succeeded", "out_of_memory"}),  # in every new process again
    Kind.OVERDUE: frozenset({"deadline_passed"}),
    Kind.NOT_A_JOB: frozenset({"invalid_job"}),
    Kind.UNDECODABLE: frozenset({"audio_undecodable"}),
    Kind.MISSING: frozenset({"audio_not_found"}),
    Kind.DELETED: frozenset({"succeeded", "audio_not_found"}),
    Kind.REPLACED: frozenset({"succeeded", "audio_changed"}),
    Kind.FOREIGN_OBJECT: frozenset({"output_conflict"}),
    Kind.SEGFAULTING: frozenset({"crashed_worker"}),
    Kind.KILLED: frozenset({"crashed_worker"}),
    Kind.EXHAUSTING: frozenset({"internal", "out_of_memory", "crashed_worker"}),
}
"""How a job may end, but for `storage_unavailable`; whoever is not here succeeds."""
SUCCEEDS = frozenset({"succeeded"})

USUAL: Mapping[Kind, int] = {
    Kind.PLAIN: 880,
    Kind.TWICE: 40,
    Kind.RECOMPUTED: 20,
    Kind.WITH_RTTM: 20,
    Kind.STUMBLING: 5,
    Kind.OVERDUE: 10,
    Kind.NOT_A_JOB: 10,
    Kind.UNDECODABLE: 5,
    Kind.MISSING: 10,
}
"""Of a thousand jobs; the others come as faults."""


@dataclass(frozen=True, slots=True)
class PlannedJob:
    """One job before it is submitted."""

    job_id: str
    kind: Kind
    recording: Instructions
    recompute_id: str | None = None

    def entry(self, audio_uri: str) -> Entry:
        """The message; `kind` and `recording` travel in the metadata, for the oracle."""
        if self.kind is Kind.NOT_A_JOB:
            return Entry(self.job_id.encode(), b'{"job_id": "' + self.job_id.encode() + b'", \xff')
        job = job_bytes(
            job_id=self.job_id,
            audio={"uri": f"{audio_uri}{self.recording_name}"},
            output={"formats": ["json", "rttm"] if self.kind is Kind.WITH_RTTM else ["json"]},
            deadline=_PAST if self.kind is Kind.OVERDUE else None,
            recompute_id=self.recompute_id,
            metadata={"kind": self.kind, "recording": str(self.recording.number)},
        )
        return Entry(self.job_id.encode(), job)

    @property
    def has_own_recording(self) -> bool:
        """Whether no other job listens to its audio."""
        return self.kind not in _SHARING

    @property
    def recording_name(self) -> str:
        """The object that holds its audio, below the service's prefix."""
        if self.has_own_recording:
            return f"{self.kind}-{self.job_id}.wav"
        return f"{self.recording.number}.wav"


_SHARING = {Kind.PLAIN, Kind.TWICE, Kind.RECOMPUTED, Kind.WITH_RTTM, Kind.NOT_A_JOB}
_BEHAVIOURS = {
    Kind.SEGFAULTING: Behaviour.SEGFAULT,
    Kind.KILLED: Behaviour.GET_KILLED,
    Kind.EXHAUSTING: Behaviour.EXHAUST_MEMORY,
    Kind.STUMBLING: Behaviour.STUMBLE,
}


def plain_recordings() -> list[Instructions]:
    """What most jobs listen to."""
    return [
        Instructions(number, milliseconds=_PLAIN_MILLISECONDS[number % len(_PLAIN_MILLISECONDS)])
        for number in range(PLAIN_RECORDINGS)
    ]


@dataclass(slots=True)
class JobPlan:
    """The jobs of one service, drawn from a seed; every id is used once, but where it is meant."""

    random: random.Random
    recordings: Sequence[Instructions] = field(default_factory=plain_recordings)
    _count: int = 0

    def usual(self, count: int) -> Iterator[PlannedJob]:
        """Draw jobs until there are so many messages of them."""
        end = self._count + count
        while self._count < end:
            (kind,) = self.random.choices([*USUAL], [*USUAL.values()])
            yield from self.draw(kind)

    def draw(self, kind: Kind) -> list[PlannedJob]:
        """One job of that kind, or two with the same id where that is the point."""
        job = PlannedJob(f"{kind}-{self._count}", kind, self.random.choice(self.recordings))
        if behaviour := _BEHAVIOURS.get(kind):
            job = replace(job, recording=replace(job.recording, behaviour=behaviour))
        if kind is Kind.LONG:
            recording = replace(job.recording, milliseconds=_LONG_MILLISECONDS)
            job = replace(job, recording=recording)
        match kind:
            case Kind.TWICE:
                jobs = [job, job]
            case Kind.RECOMPUTED:
                jobs = [job, replace(job, recompute_id="again")]
            case _:
                jobs = [job]
        self._count += len(jobs)
        return jobs
