"""Which small stories does a worker live through when it is right, and not with a bug?"""

import signal
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from tests.chaos.rehearsal import Rehearsal
from tests.scripted.recordings import Behaviour
from tests.scripted.traps import Harm, Step, Trap

SHORT_JOBS = 8
_ASSIGNED = '"change": "assigned"'
_READY = "worker ready"


@dataclass(frozen=True, slots=True)
class Scenario:
    """What happens to a group, and how much of everything it has."""

    play: Callable[[Rehearsal], None]
    partitions: int = 1
    settings: Mapping[str, str] = field(default_factory=dict)
    patience_seconds: float = 20.0
    """For everything to settle after the story."""


def killed_while_a_job_waits(rehearsal: Rehearsal) -> None:
    """The first job is put off, those behind it are out; then the worker dies."""
    rehearsal.fleet.resize(1)
    rehearsal.jobs.send(behaviour=Behaviour.STUMBLE)
    rehearsal.jobs.send(SHORT_JOBS)
    rehearsal.wait_until(lambda: rehearsal.settled >= SHORT_JOBS)
    rehearsal.member(0).send(signal.SIGKILL)
    rehearsal.wait_until(lambda: rehearsal.member(0).said(_READY) == 2)


def killed_after_commit(rehearsal: Rehearsal) -> None:
    """The worker dies after a commit, before it knows that it was one."""
    rehearsal.fleet.resize(1)
    rehearsal.jobs.send()
    rehearsal.wait_until(lambda: rehearsal.settled == 1)
    rehearsal.member(0).set_trap(Trap(Step.AFTER_COMMIT))
    rehearsal.jobs.send(SHORT_JOBS)
    rehearsal.wait_until(lambda: rehearsal.member(0).said(_READY) == 2)


def refused_once(rehearsal: Rehearsal) -> None:
    """A transaction with results is refused, and has to be aborted."""
    rehearsal.fleet.resize(1)
    rehearsal.jobs.send()
    rehearsal.wait_until(lambda: rehearsal.settled == 1)
    rehearsal.member(0).set_trap(Trap(Step.MESSAGES_SENT, Harm.REFUSAL))
    rehearsal.jobs.send(SHORT_JOBS)
    rehearsal.wait_until(lambda: not rehearsal.member(0).is_trapped)
    # All of them may have been in it: the next commit says what became of them.
    rehearsal.jobs.send()


def revoked_while_working(rehearsal: Rehearsal) -> None:
    """A second worker takes a partition over whose job is still on the first one's device."""
    rehearsal.fleet.resize(1)
    rehearsal.jobs.send(partition=0)
    rehearsal.wait_until(lambda: rehearsal.settled == 1)
    rehearsal.jobs.send(milliseconds=4_000, partition=0)
    rehearsal.jobs.send(milliseconds=4_000, partition=1)
    rehearsal.fleet.resize(2)
    rehearsal.wait_until(lambda: rehearsal.settled >= 3)


def paused_while_it_leaves(rehearsal: Rehearsal) -> None:
    """A partition leaves while it is paused, and comes back when it need not be."""
    rehearsal.fleet.resize(1)
    for partition in range(2):
        rehearsal.jobs.send(partition=partition)
    rehearsal.wait_until(lambda: rehearsal.settled == 2)
    # Intake is closed while a job hangs, for as long as the second worker takes to join.
    rehearsal.member(0).set_trap(Trap(Step.FETCH, Harm.HANG))
    for partition in range(2):
        rehearsal.jobs.send(2, partition=partition)
    rehearsal.wait_until(lambda: not rehearsal.member(0).is_trapped)
    rehearsal.fleet.resize(2)
    rehearsal.wait_until(lambda: rehearsal.member(1).said(_ASSIGNED) > 0)
    rehearsal.member(0).release()
    rehearsal.wait_until(lambda: rehearsal.settled == 6)
    rehearsal.fleet.resize(1)
    rehearsal.wait_until(lambda: not rehearsal.member(1).is_running)
    for partition in range(2):
        rehearsal.jobs.send(partition=partition)


def answered_by_two_at_once(rehearsal: Rehearsal) -> None:
    """The same job was submitted twice, and two workers begin with it before either has ended."""
    rehearsal.fleet.resize(2)
    # The second to join is given its partition when the first has let go of it.
    rehearsal.wait_until(lambda: all(m.said(_ASSIGNED) for m in rehearsal.fleet.members))
    for partition in range(2):
        rehearsal.jobs.send(milliseconds=2_000, partition=partition, job_id="twice")


def not_a_job(rehearsal: Rehearsal) -> None:
    """Something comes in that cannot be read."""
    rehearsal.fleet.resize(1)
    rehearsal.jobs.send()
    rehearsal.jobs.send_bytes(b"{\xff")
    rehearsal.jobs.send()


SCENARIOS: Mapping[str, Scenario] = {
    "killed-while-a-job-waits": Scenario(killed_while_a_job_waits),
    "killed-after-commit": Scenario(killed_after_commit),
    "refused-once": Scenario(refused_once),
    "revoked-while-working": Scenario(revoked_while_working, partitions=2),
    "paused-while-it-leaves": Scenario(
        paused_while_it_leaves,
        partitions=2,
        settings={"TURNSTREAM_WORKER__MAX_IN_FLIGHT_JOBS": "2"},
    ),
    "answered-by-two-at-once": Scenario(answered_by_two_at_once, partitions=2),
    "not-a-job": Scenario(not_a_job),
}
