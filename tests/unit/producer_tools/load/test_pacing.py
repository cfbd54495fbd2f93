"""Whether jobs go out when they are due, and it is said how late they are."""

from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from producer_tools.load.pacing import TICK_SECONDS, paced
from producer_tools.load.plan import Send
from producer_tools.load.recording import Recording
from schemas.uri import ObjectUri

GAPS = st.lists(st.floats(0, 2), max_size=12)


class Clock:
    """Time that passes only when somebody spends it."""

    def __init__(self) -> None:
        self.now = 100.0
        self.longest_idle = 0.0

    def __call__(self) -> float:
        return self.now

    def spend(self, seconds: float) -> None:
        self.now += seconds

    def idle(self, seconds: float) -> None:
        self.longest_idle = max(self.longest_idle, seconds)
        # Rounded up, as clocks of machines do not lose what a float's last digit loses.
        self.now += seconds + 1e-9


def due(moments: Sequence[float]) -> list[Send]:
    recording = Recording(ObjectUri("s3", "calls", "a.wav"))
    return [Send(number, at, "diarize", None, recording) for number, at in enumerate(moments)]


def moments(gaps: Sequence[float]) -> list[float]:
    return [sum(gaps[: number + 1]) for number in range(len(gaps))]


@given(gaps=GAPS)
def test_no_job_is_early_and_none_is_late_when_sending_costs_nothing(gaps: list[float]) -> None:
    clock = Clock()

    for send, late_seconds in paced(due(moments(gaps)), clock.idle, clock):
        assert abs(clock.now - 100 - send.due_seconds) < 1e-6
        assert abs(late_seconds) < 1e-6

    assert clock.longest_idle <= TICK_SECONDS


@given(gaps=GAPS, cost=st.floats(0.1, 3))
def test_all_jobs_go_out_in_order_however_long_each_takes(gaps: list[float], cost: float) -> None:
    clock = Clock()
    sends = due(moments(gaps))
    handed_out = []

    for send, late_seconds in paced(sends, clock.idle, clock):
        handed_out.append(send)
        assert abs(clock.now - 100 - send.due_seconds - late_seconds) < 1e-6
        clock.spend(cost)

    assert handed_out == sends


def test_a_sender_that_was_held_up_catches_up() -> None:
    clock = Clock()
    late = []

    for send, late_seconds in paced(due([1, 2, 3, 9]), clock.idle, clock):
        late.append(round(late_seconds, 3))
        clock.spend(3.5 if send.number == 0 else 0)

    assert late == [0, 2.5, 1.5, 0]
