"""Is it asked, in short tries, until it is known where to read on, and never guessed?"""

from collections.abc import Callable
from typing import Any

from consumer.adapters.kafka.inquiries import (
    BELIEVED_SECONDS,
    LONGEST_TRY_SECONDS,
    PAUSE_SECONDS,
    Inquiries,
    Onward,
    Refused,
)
from consumer.core.model import Commit, Partition
from consumer.core.start import Start
from tests.fakes.clock import FakeClock
from tests.unit.adapters.kafka.client import FakeClient

P0, P1 = Partition("jobs", 0), Partition("jobs", 1)


def inquiries(**fields: Any) -> tuple[Inquiries, FakeClient]:
    """Both on one clock; `Any`: the fields of the client, and that it is none of Kafka's."""
    clock = FakeClock()
    client: Any = FakeClient(clock, **fields)
    return Inquiries(client, clock.monotonic), client


def test_a_new_partition_begins_at_its_commit() -> None:
    asking, _ = inquiries(commits={0: Commit(7)})
    asking.begin(P0)

    asking.ask(2.0)

    answer = asking.take([P0])[P0]
    assert isinstance(answer, Start)
    assert (answer.position, answer.committed) == (7, Commit(7))


def test_an_answer_is_given_once() -> None:
    asking, _ = inquiries()
    asking.begin(P0)
    asking.ask(2.0)

    assert asking.take([P0, P1]).keys() == {P0}
    assert asking.take([P0, P1]) == {}
    assert asking.partitions == []


def test_a_time_out_is_not_the_absence_of_a_commit() -> None:
    asking, client = inquiries(silent={0})
    asking.begin(P0)
    asking.ask(2.0)

    assert asking.take([P0]) == {}

    client.silent.clear()
    client.commits[0] = Commit(7)
    client.clock.advance(PAUSE_SECONDS)
    asking.ask(0.5)
    answer = asking.take([P0])[P0]

    assert isinstance(answer, Start)
    assert answer.position == 7


def test_a_partition_that_is_not_told_does_not_hold_up_the_others() -> None:
    asking, client = inquiries(silent={0})
    asking.begin(P0)
    asking.begin(P1)
    began = client.clock.monotonic()

    asking.ask(2.0)

    assert asking.take([P0, P1]).keys() == {P1}
    assert client.clock.monotonic() - began <= 0.1


def test_no_try_is_long_and_between_tries_there_is_a_pause() -> None:
    asking, client = inquiries(silent={0})
    asking.begin(P0)

    hour, began = 3600.0, client.clock.monotonic()
    while client.clock.monotonic() < began + hour:
        asking.ask(LONGEST_TRY_SECONDS)
        client.clock.advance(0.1)

    assert [round(timeout, 3) for _, timeout in client.asked][:4] == [0.1, 0.2, 0.3, 0.4]
    assert max(timeout for _, timeout in client.asked) <= LONGEST_TRY_SECONDS
    least = LONGEST_TRY_SECONDS + PAUSE_SECONDS
    assert 0.8 < len(client.asked) / (hour / least) < 1.2


def test_many_that_are_not_told_are_given_up_within_the_bound() -> None:
    asking, client = inquiries(silent=set(range(50)))
    for number in range(50):
        asking.begin(Partition("jobs", number))
    began = client.clock.monotonic()

    asking.ask(2.0)

    assert client.clock.monotonic() - began <= 2.0
    assert len(client.asked) > 15


def test_a_commit_beyond_the_end_is_believed_only_after_a_while() -> None:
    asking, client = inquiries(commits={0: Commit(101)})
    asking.begin(P0)

    asked_until(client, asking, lambda: asking.take([P0]) != {}, BELIEVED_SECONDS / 2)
    client.log = range(101)  # the new leader knows now
    client.clock.advance(PAUSE_SECONDS)
    asking.ask(0.5)
    answer = asking.take([P0])[P0]

    assert isinstance(answer, Start)
    assert answer.position == 101


def test_a_commit_that_stays_beyond_the_end_is_refused() -> None:
    asking, client = inquiries(commits={0: Commit(101)})
    asking.begin(P0)

    asked_until(client, asking, lambda: False, BELIEVED_SECONDS + 1)
    answer = asking.take([P0])[P0]

    assert isinstance(answer, Refused)
    assert "101" in answer.reason


def test_a_commit_that_cannot_be_read_is_refused() -> None:
    asking, client = inquiries(commits={0: Commit(1, "99:what is this")})
    asking.begin(P0)

    asked_until(client, asking, lambda: False, BELIEVED_SECONDS + 1)

    assert isinstance(asking.take([P0])[P0], Refused)


def test_reading_goes_on_at_the_start_of_a_log_that_lost_the_next_offset() -> None:
    asking, client = inquiries(log=range(50, 100))
    asking.begin(P0, position=20)

    client.clock.advance(PAUSE_SECONDS)
    asking.ask(0.5)

    assert asking.take([P0]) == {P0: Onward(50, range(20, 50))}


def test_reading_goes_on_where_it_was_when_nothing_was_lost() -> None:
    asking, client = inquiries(log=range(50, 100), silent={0})
    asking.begin(P0, position=60)

    client.clock.advance(PAUSE_SECONDS)
    asking.ask(0.5)

    assert asking.take([P0]) == {P0: Onward(60, range(60, 60))}
    assert client.asked == []  # commits are of no interest here


def test_brokers_that_disagree_about_a_log_are_not_asked_again_at_once() -> None:
    asking, client = inquiries()
    seconds, turn, answers = 10.0, 0.005, 0

    for _ in range(round(seconds / turn)):
        if P0 not in asking.partitions:
            asking.begin(P0, position=60)  # where it is read again, and again in vain
        asking.ask(0.5)
        answers += len(asking.take([P0]))
        client.clock.advance(turn)

    assert 10 < answers <= seconds / PAUSE_SECONDS


def test_a_log_that_ends_before_the_next_offset_is_refused() -> None:
    asking, client = inquiries(log=range(50))
    asking.begin(P0, position=60)

    asked_until(client, asking, lambda: False, BELIEVED_SECONDS + 1)
    answer = asking.take([P0])[P0]

    assert isinstance(answer, Refused)
    assert "60" in answer.reason


def test_who_left_is_not_asked_about_any_more() -> None:
    asking, client = inquiries(silent={0})
    asking.begin(P0)
    asking.end([P0, P1])

    asking.ask(2.0)

    assert client.asked == []


def asked_until(
    client: FakeClient, asking: Inquiries, happened: Callable[[], bool], seconds: float
) -> None:
    """Ask as the polls of a loop do, for so long; it must not have happened by then."""
    deadline = client.clock.monotonic() + seconds
    while client.clock.monotonic() < deadline:
        asking.ask(0.5)
        assert not happened()
        client.clock.advance(0.1)
