"""A worker that is asked to leave is gone within its grace, and leaves nothing behind.

What it has not finished the others have at once, not after a session, and with no mark that it was
ever begun. A call that hangs inside the client does not keep it.
"""

import signal
from pathlib import Path

import pytest

from producer_tools.verify.verdict import Finding
from schemas.commit_metadata import UNMARKED, Mark
from tests.e2e.delivery.story import Story, assert_kept, told
from tests.scripted.fleet import Member
from tests.scripted.traps import Harm, Step, Trap
from tests.stack.kafka import KafkaCluster

pytestmark = [pytest.mark.kafka, pytest.mark.slow]

GRACE_SECONDS = 5.0
GRACE = {"TURNSTREAM_WORKER__GRACE_SECONDS": str(GRACE_SECONDS)}
SESSION_SECONDS = 30.0
HAND_OVER_SECONDS = 10.0
LONG_JOBS, LONG_MILLISECONDS = 5, 600_000
FIRST_LONG = 1
"""Its offset."""
DRAINED, OVERDUE = "exit 0", "exit 5"


def asked_to_leave(story: Story, member: Member) -> float:
    """How long it took to go."""
    member.send(signal.SIGTERM)
    return story.until(lambda: not member.is_running, GRACE_SECONDS + 1)


def test_what_it_has_not_finished_others_begin_at_once(kafka: KafkaCluster, tmp_path: Path) -> None:
    with told(kafka, tmp_path, 2, GRACE, session_seconds=SESSION_SECONDS) as story:
        story.until_shared(workers=2)
        story.jobs.send(partition=0)
        story.until(lambda: story.results.arrivals, 30)
        (served,) = story.results.arrivals
        (leaving,) = (m for m in story.fleet.members if m.instance == served.worker)
        (staying,) = (m for m in story.fleet.members if m is not leaving)

        def is_begun() -> bool:
            """By one worker alone: who left has taken its mark back."""
            return story.progress(0).open.get(FIRST_LONG) == Mark(starts=1)

        story.jobs.send(LONG_JOBS, LONG_MILLISECONDS, partition=0)
        story.until(is_begun, 30)
        leaving.is_wanted = staying.is_wanted = False

        gone = asked_to_leave(story, leaving)
        taken = story.until(lambda: story.held(staying) == 2 and is_begun(), HAND_OVER_SECONDS)
        asked_to_leave(story, staying)
        story.tick()

        print(f"\ngone after {gone:.1f} s of {GRACE_SECONDS:.0f}; begun again {taken:.1f} s later")
        assert story.fleet.exits == {DRAINED: 2}
        assert set(story.progress(0).open.values()) <= {UNMARKED}
        verdict = story.verdict(wait_seconds=0)
        assert verdict.holds, verdict.document()
        assert verdict[Finding.UNFINISHED] == LONG_JOBS


@pytest.mark.parametrize("step", [Step.IN_TRANSACTION, Step.AFTER_COMMIT])
def test_it_is_gone_in_time_although_a_call_into_the_client_hangs(
    kafka: KafkaCluster, tmp_path: Path, step: Step
) -> None:
    with told(kafka, tmp_path, 1, GRACE) as story:
        story.until_shared(workers=1)
        (worker,) = story.fleet.members
        worker.set_trap(Trap(step, Harm.HANG))
        story.jobs.send(20)
        story.until(lambda: not worker.is_trapped, 30)

        gone = asked_to_leave(story, worker)
        story.until_all_are_answered(30)

        print(f"\na call hangs ({step}): gone after {gone:.1f} s of {GRACE_SECONDS:.0f}")
        assert story.fleet.exits.keys() <= {DRAINED, OVERDUE}
        assert_kept(story.verdict(), jobs=20)
