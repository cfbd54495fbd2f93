"""What does a client that is not ours say about the topics, and does the promise hold by it?"""

import json
import subprocess
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from tests.chaos.jobs import ENDINGS, SUCCEEDS, Kind
from tests.scripted.recordings import speakers
from tests.stack import prerequisites
from tests.stack.messages import Position
from tests.stack.topics import Topics

_SECONDS = 120
_SHOWN = 10
# Partition, offset, length, time; then the value, of exactly that length.
_FORMAT = r"%p %o %S %T\n%s\n"
_ALWAYS_ALLOWED = frozenset({"storage_unavailable"})


@dataclass(frozen=True, slots=True)
class Message:
    """One message as a foreign client reads it."""

    position: Position
    milliseconds: int
    value: bytes | None


@dataclass(frozen=True, slots=True)
class Testimony:
    """What came of the jobs of one service."""

    accepted: int
    terminal: int
    lost: Sequence[Position]
    duplicated: Sequence[Position]
    duplicates_differ: int
    """Duplicates that name another object than the first."""
    of_no_job: int
    letters_missing: int
    letters_without_original: int
    wrong_answers: Sequence[str]
    unexpected: Sequence[str]
    """Jobs that ended otherwise than their kind may."""
    endings: Mapping[str, int]
    longest_gap_seconds: float
    """Between two results."""

    def what_is_wrong(self) -> dict[str, object]:
        """Everything that must never be, duplicates apart, which at-least-once may have."""
        found: dict[str, object] = {
            "lost": self.lost[:_SHOWN],
            "duplicates_differ": self.duplicates_differ,
            "of_no_job": self.of_no_job,
            "letters_missing": self.letters_missing,
            "letters_without_original": self.letters_without_original,
            "wrong_answers": self.wrong_answers[:_SHOWN],
            "unexpected": self.unexpected[:_SHOWN],
        }
        return {name: what for name, what in found.items() if what}


def read(bootstrap: str, topic: str) -> list[Message]:
    """Everything in a topic that a `read_committed` reader sees, by kcat."""
    command = [prerequisites.kcat(), "-C", "-q", "-e", "-b", bootstrap, "-t", topic]
    options = ["-o", "beginning", "-X", "isolation.level=read_committed", "-f", _FORMAT]
    said = subprocess.run([*command, *options], capture_output=True, check=True, timeout=_SECONDS)
    return list(parse(said.stdout))


def parse(output: bytes) -> Iterator[Message]:
    """Take kcat's output apart; values may hold anything."""
    start = 0
    while start < len(output):
        end = output.index(b"\n", start)
        partition, offset, length, milliseconds = map(int, output[start:end].split())
        value = None if length < 0 else output[end + 1 : end + 1 + length]
        start = end + 2 + max(0, length)
        yield Message((partition, offset), milliseconds, value)


def hear(bootstrap: str, topics: Topics) -> Testimony:
    """Read the three topics, and judge."""
    return judge(*(read(bootstrap, topic) for topic in topics))


def judge(
    jobs: Sequence[Message], results: Sequence[Message], letters: Sequence[Message]
) -> Testimony:
    """Count results by the job that they answer; a null value is no job."""
    accepted = {job.position: job.value for job in jobs if job.value is not None}
    answers = [json.loads(result.value or b"") for result in results]
    by_origin: dict[Position, list[dict[str, Any]]] = {}
    for answer in answers:
        by_origin.setdefault(_origin(answer), []).append(answer)
    failed = Counter(
        accepted.get(origin)
        for origin, (first, *_) in by_origin.items()
        if first["status"] == "failed"
    )
    found = Counter(letter.value for letter in letters)
    firsts = [first for first, *_ in by_origin.values()]
    return Testimony(
        accepted=len(accepted),
        terminal=len(accepted.keys() & by_origin.keys()),
        lost=sorted(accepted.keys() - by_origin.keys()),
        duplicated=sorted(origin for origin, (_, *others) in by_origin.items() for _ in others),
        duplicates_differ=sum(
            _objects(other) != _objects(first)
            for first, *others in by_origin.values()
            for other in others
        ),
        of_no_job=len(by_origin.keys() - accepted.keys()),
        letters_missing=(failed - found).total(),
        letters_without_original=sum(value not in failed for value in found.elements()),
        wrong_answers=[answer["job_id"] for answer in firsts if not _is_right(answer)],
        unexpected=[_named(answer) for answer in firsts if not _is_expected(answer)],
        endings=Counter(map(_ending, firsts)),
        longest_gap_seconds=_longest_gap(result.milliseconds for result in results),
    )


def _origin(answer: Mapping[str, Any]) -> Position:
    return answer["origin"]["partition"], answer["origin"]["offset"]


def _objects(answer: Mapping[str, Any]) -> list[tuple[str, str]]:
    return [(output["uri"], output["sha256"]) for output in answer["outputs"]]


def _ending(answer: Mapping[str, Any]) -> str:
    return str(answer["error"]["code"] if answer["error"] else answer["status"])


def _kind(answer: Mapping[str, Any]) -> Kind | None:
    """None: a job that another program submitted."""
    name = answer["metadata"].get("kind", Kind.NOT_A_JOB)
    return Kind(name) if name in set(Kind) else None


def _is_expected(answer: Mapping[str, Any]) -> bool:
    kind = _kind(answer)
    allowed = ENDINGS.get(kind, SUCCEEDS) if kind else SUCCEEDS
    return _ending(answer) in allowed | _ALWAYS_ALLOWED


def _is_right(answer: Mapping[str, Any]) -> bool:
    if answer["status"] != "succeeded" or _kind(answer) is Kind.REPLACED:
        return True
    heard = [turn["speaker"] for turn in answer["result"]["diarization"]]
    return heard == speakers(int(answer["metadata"]["recording"]))


def _named(answer: Mapping[str, Any]) -> str:
    return f"{answer['job_id']} {_origin(answer)}: {_ending(answer)} ({answer['worker']})"


def _longest_gap(milliseconds: Iterable[int]) -> float:
    times = sorted(milliseconds)
    return max((later - earlier for earlier, later in pairwise(times)), default=0) / 1000
