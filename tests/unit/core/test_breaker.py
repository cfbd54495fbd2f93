"""Whether an outage is told from a bad object, and its end is noticed."""

from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from consumer.core.breaker import Breaker, Permit
from consumer.core.work import Setback

LONGEST = 30.0
OUTAGE = Setback("storage_unavailable", "no answer", "s3://calls/a.wav", everybody=True)
NO_STORE = Setback("out_of_memory", "too long")


def at(place: str) -> Setback:
    return Setback("storage_unavailable", f"{place} failed", place)


def opened(now: float = 0.0) -> Breaker:
    breaker = Breaker()
    breaker.failed(OUTAGE, now)
    return breaker


def test_everybody_may_begin_at_first() -> None:
    breaker = Breaker()

    assert breaker.permits(now=0.0) is Permit.ALL
    assert not breaker.is_open
    assert breaker.reason is None


def test_opens_at_once_when_nothing_answers_and_says_why() -> None:
    breaker = opened()

    assert breaker.is_open
    assert breaker.permits(now=0.9) is Permit.NONE
    assert breaker.reason == "no answer"


def test_opens_at_once_also_without_an_object() -> None:
    breaker = Breaker()

    breaker.failed(Setback("storage_unavailable", "credentials", None, everybody=True), now=0.0)

    assert breaker.is_open


def test_opens_when_three_different_objects_fail_in_a_row() -> None:
    breaker = Breaker()

    for place in ("a", "b"):
        breaker.failed(at(place), now=0.0)
    assert not breaker.is_open
    breaker.failed(at("c"), now=0.0)

    assert breaker.reason == "c failed"


def test_an_object_that_keeps_failing_is_no_outage() -> None:
    breaker = Breaker()

    for place in ("a", "b") * 50:
        breaker.failed(at(place), now=0.0)

    assert not breaker.is_open


def test_an_answer_in_between_ends_the_row() -> None:
    breaker = Breaker()
    breaker.failed(at("a"), now=0.0)
    breaker.failed(at("b"), now=0.0)

    breaker.answered()
    breaker.failed(at("c"), now=0.0)

    assert not breaker.is_open


def test_a_setback_without_a_store_says_nothing() -> None:
    breaker = Breaker(row=1)

    breaker.failed(NO_STORE, now=0.0)

    assert not breaker.is_open


def test_lets_one_probe_through_after_its_pause() -> None:
    breaker = opened()

    assert breaker.permits(now=1.0) is Permit.ONE
    breaker.probe(now=1.0)

    assert breaker.permits(now=1.0) is Permit.NONE


def test_an_answer_closes_it() -> None:
    breaker = opened()
    breaker.probe(now=1.0)

    breaker.answered()

    assert breaker.permits(now=1.0) is Permit.ALL
    assert breaker.reason is None


def test_pauses_double_up_to_the_longest_while_probes_fail() -> None:
    breaker, now, pauses = opened(), 1.0, []

    for _ in range(7):
        breaker.probe(now)
        breaker.failed(at("a"), now)
        began = now
        while breaker.permits(now) is Permit.NONE:
            now += 1.0
        pauses.append(now - began)

    assert pauses == [2.0, 4.0, 8.0, 16.0, 30.0, 30.0, 30.0]


def test_the_first_pause_is_short_again_after_an_answer() -> None:
    breaker = opened()
    breaker.probe(now=1.0)
    breaker.failed(OUTAGE, now=1.0)

    breaker.answered()
    breaker.failed(OUTAGE, now=10.0)

    assert breaker.permits(now=11.0) is Permit.ONE


def test_jobs_begun_before_it_opened_do_not_make_it_wait_longer() -> None:
    breaker = opened()

    for second in range(10):
        breaker.failed(OUTAGE, now=second / 10)

    assert breaker.permits(now=1.0) is Permit.ONE


def test_a_probe_that_fails_for_a_reason_of_its_own_says_nothing() -> None:
    breaker = opened()
    breaker.probe(now=1.0)

    breaker.failed(NO_STORE, now=2.0)

    assert breaker.is_open
    assert breaker.permits(now=1.0 + LONGEST) is Permit.ONE


def test_a_probe_that_never_comes_back_is_followed_by_another() -> None:
    breaker = opened()
    breaker.probe(now=1.0)

    assert breaker.permits(now=0.9 + LONGEST) is Permit.NONE
    assert breaker.permits(now=1.0 + LONGEST) is Permit.ONE


@given(places=st.lists(st.sampled_from("abcdef")), row=st.integers(1, 6))
def test_opens_exactly_with_the_row(places: list[str], row: int) -> None:
    breaker = Breaker(row=row)

    for seen, place in enumerate(places, start=1):
        breaker.failed(at(place), now=0.0)

        assert breaker.is_open == (len(set(places[:seen])) >= row)


class AnyHistory(RuleBasedStateMachine):
    """Whatever happens in whatever order, it neither locks for ever nor lets a crowd through."""

    def __init__(self) -> None:
        super().__init__()
        self.now = 0.0
        self.breaker = Breaker(1.0, LONGEST)
        self.probed_at: float | None = None

    @rule(place=st.sampled_from("abcd"), everybody=st.booleans())
    def fail(self, place: str, everybody: bool) -> None:
        self.breaker.failed(Setback("storage_unavailable", "down", place, everybody), self.now)
        self.probed_at = None

    @rule()
    def fail_without_a_store(self) -> None:
        before = self.breaker.is_open, self.breaker.permits(self.now)

        self.breaker.failed(NO_STORE, self.now)

        assert (self.breaker.is_open, self.breaker.permits(self.now)) == before

    @rule()
    def answer(self) -> None:
        self.breaker.answered()
        self.probed_at = None

        assert self.breaker.permits(self.now) is Permit.ALL

    @rule(seconds=st.floats(0.0, 100.0))
    def wait(self, seconds: float) -> None:
        self.now += seconds

    @precondition(lambda self: self.breaker.permits(self.now) is Permit.ONE)
    @rule()
    def probe(self) -> None:
        self.breaker.probe(self.now)
        self.probed_at = self.now

    @invariant()
    def never_waits_longer_than_the_longest(self) -> None:
        assert self.breaker.permits(self.now + LONGEST + 0.001) is not Permit.NONE

    @invariant()
    def one_probe_at_a_time(self) -> None:
        if self.probed_at is not None and self.now - self.probed_at < LONGEST - 0.001:
            assert self.breaker.permits(self.now) is Permit.NONE

    @invariant()
    def open_means_that_not_everybody_may_begin(self) -> None:
        assert self.breaker.is_open == (self.breaker.permits(self.now) is not Permit.ALL)
        assert self.breaker.is_open == (self.breaker.reason is not None)


TestAnyHistory = AnyHistory.TestCase
TestAnyHistory.settings = settings(max_examples=60, stateful_step_count=40)
