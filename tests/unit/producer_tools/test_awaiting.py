"""Whether a command that waits knows when it is done, and how it went."""

from itertools import count

from hypothesis import given
from hypothesis import strategies as st

from producer_tools.exits import ExitCode
from producer_tools.kafka.messages import Incoming
from producer_tools.submit.awaiting import AwaitedJobs
from producer_tools.submit.following import follow
from tests.unit.producer_tools.messages import failed, incoming, position, published, succeeded


class ScriptedReader:
    """Hands out messages in order, then nothing."""

    def __init__(self, *messages: Incoming | None) -> None:
        self._messages = list(messages)

    def poll(self, timeout_seconds: float) -> Incoming | None:
        return self._messages.pop(0) if self._messages else None


def test_the_same_job_id_at_another_position_is_somebody_elses() -> None:
    awaited = AwaitedJobs({position(1): "call-1"})

    assert not awaited.settle(succeeded(offset=2))
    assert awaited.open_job_ids == ("call-1",)


def test_a_repeated_result_counts_once() -> None:
    awaited = AwaitedJobs({position(1): "call-1"})

    assert awaited.settle(succeeded(offset=1))
    assert not awaited.settle(failed(offset=1))
    assert [result.status for result in awaited.results] == ["succeeded"]


@given(successes=st.lists(st.booleans(), min_size=1, max_size=8))
def test_the_exit_code_says_whether_all_succeeded(successes: list[bool]) -> None:
    awaited = AwaitedJobs({position(offset): "call" for offset in range(len(successes))})

    for offset, success in enumerate(successes):
        assert awaited.exit_code is ExitCode.TIMED_OUT
        awaited.settle(succeeded(offset) if success else failed(offset))

    assert awaited.exit_code is (ExitCode.SUCCEEDED if all(successes) else ExitCode.FAILED)


def test_following_ends_with_the_last_result() -> None:
    awaited = AwaitedJobs({position(0): "call-0", position(1): "call-1"})
    reader = ScriptedReader(
        published(failed(offset=1)),
        incoming(b"not a result"),
        None,
        published(succeeded(offset=9)),
        published(succeeded(offset=0)),
        published(succeeded(offset=0)),
    )

    followed = list(follow(reader, awaited, 60, monotonic=count().__next__))

    statuses = [result.status if result else None for result in followed]
    assert statuses == ["failed", None, None, None, "succeeded"]
    assert str(awaited) == "2 of 2 jobs finished, 1 not succeeded"


def test_following_ends_when_the_time_is_over() -> None:
    awaited = AwaitedJobs({position(0): "call-0"})

    ticks = list(follow(ScriptedReader(), awaited, 3, monotonic=count().__next__))

    assert ticks == [None, None]
    assert awaited.exit_code is ExitCode.TIMED_OUT
