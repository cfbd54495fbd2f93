"""What does one worker make of all the cases?"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.e2e.bad_input import CASES, SUCCEEDED, Case
from tests.e2e.deployment import Deployment
from tests.e2e.worker_process import running
from tests.stack.messages import Entry, Position, read, write

JOBS_MAX_BYTES = 12_000_000
TRACE = ("traceparent", b"00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01")
_SECONDS = 150.0


@dataclass(frozen=True, slots=True)
class Answer:
    """A message on the results topic, and what it says."""

    entry: Entry
    result: Mapping[str, Any]

    @property
    def position(self) -> Position:
        """Which message it answers: what could not be read has no job_id."""
        return self.result["origin"]["partition"], self.result["origin"]["offset"]

    @property
    def code(self) -> str | None:
        """Of its error, where it has one."""
        error = self.result["error"]
        return error["code"] if error else None

    @property
    def outcome(self) -> tuple[str, str]:
        """Its status, and its code where it has one."""
        return self.result["status"], self.code or SUCCEEDED

    @property
    def message(self) -> str:
        """What its error says."""
        return self.result["error"]["message"] if self.result["error"] else ""


@dataclass(frozen=True, slots=True)
class Run:
    """What stood on the topics, and what the worker said, after it had committed everything."""

    sent: Mapping[str, tuple[Entry, Position]] = field(repr=False)
    answers: list[Answer] = field(repr=False)
    letters: list[Entry] = field(repr=False)
    log: str = field(repr=False)
    exit_status: int
    tombstones: float
    crashes: float

    def answers_to(self, case: Case) -> list[Answer]:
        """The results of one message."""
        return [answer for answer in self.answers if answer.position == self.sent[case.name][1]]

    def letters_of(self, case: Case) -> list[Entry]:
        """The dead letters of one message."""
        return [letter for letter in self.letters if _failed_at(letter) == self.sent[case.name][1]]


def entry_of(case: Case) -> Entry:
    """The message of a case, with a key and headers of its own."""
    return Entry(case.name.encode(), case.value, (TRACE, ("x-case", case.name.encode())))


def run_all(deployment: Deployment) -> Run:
    """Send everything at once, and stop the worker when nothing is left to commit."""
    topics, bootstrap = deployment.topics, deployment.bootstrap
    entries = [entry_of(case) for case in CASES]
    positions = write(bootstrap, topics.jobs, entries, JOBS_MAX_BYTES)
    with running("worker", deployment.worker_settings()) as worker:
        worker.wait_until(deployment.has_caught_up, _SECONDS)
        tombstones = worker.metric("turnstream_tombstones_total")
        crashes = worker.metric("turnstream_job_crashes_total")
        exit_status = worker.stop()
        log = worker.log
    sent = zip(entries, positions, strict=True)
    return Run(
        sent={case.name: one for case, one in zip(CASES, sent, strict=True)},
        answers=[_answer(entry) for entry in read(bootstrap, topics.results)],
        letters=read(bootstrap, topics.dead_letters),
        log=log,
        exit_status=exit_status,
        tombstones=tombstones,
        crashes=crashes,
    )


def _answer(entry: Entry) -> Answer:
    return Answer(entry, json.loads(entry.value or b""))


def _failed_at(letter: Entry) -> Position:
    return int(letter.header("x-origin-partition")), int(letter.header("x-origin-offset"))
