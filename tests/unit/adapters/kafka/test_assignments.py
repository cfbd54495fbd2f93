"""Is each partition read from the right offset, and only what is next of it delivered?"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from confluent_kafka import TopicPartition

from consumer.adapters.kafka.assignments import ANYWHERE, Assignments
from consumer.adapters.kafka.inquiries import BELIEVED_SECONDS, PAUSE_SECONDS, Inquiries
from consumer.core.model import Commit, Partition
from consumer.core.ports import EndOfPartition
from consumer.core.start import Start
from tests.fakes.clock import FakeClock
from tests.fakes.jobs import record
from tests.unit.adapters.kafka.client import FakeClient

P0, P1 = Partition("jobs", 0), Partition("jobs", 1)
PLACES = [TopicPartition("jobs", 0), TopicPartition("jobs", 1)]


@dataclass(slots=True)
class Listener:
    """Notes what it is told, in its order."""

    told: list[tuple[str, object]] = field(default_factory=list)

    def on_assigned(self, starts: Sequence[Start]) -> None:
        self.told.append(("assigned", {start.partition: start.position for start in starts}))

    def on_refused(self, partition: Partition, reason: str) -> None:
        self.told.append(("refused", partition))

    def on_skipped(self, partition: Partition, lost: range) -> None:
        self.told.append(("skipped", (partition, lost)))

    def on_revoked(self, partitions: Sequence[Partition]) -> None:
        self.told.append(("revoked", tuple(partitions)))

    def on_lost(self, partitions: Sequence[Partition]) -> None:
        self.told.append(("lost", tuple(partitions)))


class Member:
    """Assignments between a client and a listener that tests look at; `Any`: what a client has."""

    def __init__(self, **fields: Any) -> None:
        self.clock = FakeClock()
        self.client = FakeClient(self.clock, **fields)
        self.listener = Listener()
        inquiries = Inquiries(self.consumer, self.clock.monotonic)
        self.ours = Assignments(self.consumer, self.listener, inquiries)

    @property
    def consumer(self) -> Any:
        return self.client

    def assigned(self, *places: TopicPartition) -> None:
        self.ours.on_assign(self.consumer, list(places))

    def polls(self, seconds: float = PAUSE_SECONDS) -> None:
        """What the source does in the polls of so many seconds, but for the messages."""
        deadline = self.clock.monotonic() + seconds
        while self.clock.monotonic() <= deadline:
            self.clock.advance(0.1)
            self.ours.inquire()
            self.ours.settle()

    @property
    def told(self) -> list[tuple[str, object]]:
        return self.listener.told


def test_partitions_begin_where_the_group_came_to() -> None:
    member = Member(commits={0: Commit(7)}, log=range(3, 100))

    member.assigned(*PLACES)

    assert member.client.assigned == {0: 7, 1: 3}
    assert member.client.paused == set()
    assert member.told == [("assigned", {P0: 7, P1: 3})]


def test_a_partition_that_was_paused_when_it_left_begins_resumed() -> None:
    member = Member(paused={0})

    member.assigned(*PLACES)

    assert member.client.paused == set()


def test_a_partition_waits_paused_until_it_is_known_where_to_begin() -> None:
    member = Member(silent={0}, commits={0: Commit(7)})

    member.assigned(*PLACES)

    assert member.client.assigned == {0: ANYWHERE, 1: 0}
    assert member.client.paused == {0}
    assert member.told == [("assigned", {P1: 0})]

    member.client.silent.clear()
    member.polls()

    assert member.client.assigned == {0: 7, 1: 0}
    assert member.client.paused == set()
    assert member.told == [("assigned", {P1: 0}), ("assigned", {P0: 7})]


def test_learning_where_to_begin_answers_no_rebalance_that_begins_meanwhile() -> None:
    member = Member(silent={0}, commits={0: Commit(7)})
    member.assigned(*PLACES)
    member.client.silent.clear()

    member.client.rebalances = True
    member.polls()

    assert member.client.assigned == {0: 7, 1: 0}
    assert member.told == [("assigned", {P1: 0}), ("assigned", {P0: 7})]


def test_a_partition_that_the_client_stopped_reading_before_that_is_read_after_all() -> None:
    member = Member(silent={0}, commits={0: Commit(7)})
    member.assigned(PLACES[0])
    member.client.silent.clear()
    member.client.stopped = {0}

    member.polls()

    assert member.client.assigned == {0: 7}
    assert member.client.stopped == member.client.paused == set()


def test_nobody_hears_of_a_partition_that_leaves_before_that() -> None:
    member = Member(silent={0})
    member.assigned(*PLACES)

    member.ours.on_revoke(member.consumer, PLACES)
    member.client.silent.clear()
    member.polls()

    assert member.told == [("assigned", {P1: 0}), ("revoked", (P1,))]
    assert member.client.assigned == {}


def test_no_record_is_taken_before_that() -> None:
    member = Member(silent={0})
    member.assigned(*PLACES)

    assert member.ours.accept(record(partition=P0, offset=ANYWHERE)) is None
    assert member.ours.accept(EndOfPartition(P0, 100)) is None


def test_only_what_is_next_is_taken() -> None:
    member = Member(commits={0: Commit(7)})
    member.assigned(PLACES[0])

    assert member.ours.accept(record(partition=P0, offset=6)) is None
    assert member.ours.accept(EndOfPartition(P0, 6)) is None
    assert member.ours.accept(record(partition=P0, offset=7)) is not None
    assert member.ours.accept(record(partition=P0, offset=7)) is None
    assert member.ours.accept(EndOfPartition(P0, 8)) is not None
    assert member.ours.accept(record(partition=P0, offset=8)) is not None
    assert member.ours.accept(record(partition=P1, offset=8)) is None


def test_what_was_taken_is_worth_nothing_once_the_partition_has_left() -> None:
    member = Member()
    member.assigned(PLACES[0])
    taken = member.ours.accept(record(partition=P0, offset=0))

    member.ours.on_lost(member.consumer, PLACES[:1])
    member.assigned(PLACES[0])

    assert taken is not None
    assert not taken.live
    assert member.ours.accept(record(partition=P0, offset=0)) is not None
    assert [event for event, _ in member.told] == ["assigned", "lost", "assigned"]


def test_a_refused_partition_stays_paused_whatever_anybody_says() -> None:
    member = Member(commits={0: Commit(1000)})
    member.assigned(*PLACES)

    member.polls(BELIEVED_SECONDS + 1)
    member.ours.resume([P0, P1])

    assert member.told == [("assigned", {P1: 0}), ("refused", P0)]
    assert member.client.paused == {0}
    assert member.ours.accept(record(partition=P0, offset=0)) is None

    member.ours.on_revoke(member.consumer, PLACES)
    assert member.told[-1] == ("revoked", (P0, P1))


def test_a_resumed_partition_is_read_at_once_from_the_next_offset_to_be_delivered() -> None:
    member = Member(commits={0: Commit(7)})
    member.assigned(*PLACES)
    member.ours.accept(record(partition=P0, offset=9))
    member.ours.pause([P0, P1])
    member.client.stopped = {1}

    member.ours.resume([P1, P0])

    assert member.client.paused == set()
    assert member.client.sought == [(0, 10)]


def test_a_partition_whose_log_lost_the_next_offset_is_read_from_its_start() -> None:
    member = Member(commits={0: Commit(7)})
    member.assigned(PLACES[0])
    member.ours.accept(record(partition=P0, offset=7))
    member.client.log = range(50, 100)
    member.ours.pause([P0])

    member.client.stopped = {0}
    member.ours.fell_out(P0)
    member.polls()

    assert member.client.assigned == {0: 50}
    assert member.client.stopped == set()
    assert member.told[1:] == [("skipped", (P0, range(8, 50)))]
    assert member.client.paused == {0}, "that is for whoever paused it to end"


def test_a_partition_that_only_seemed_to_have_lost_it_goes_on() -> None:
    member = Member(commits={0: Commit(7)})
    member.assigned(PLACES[0])

    member.ours.fell_out(P0)
    member.polls()

    assert member.client.assigned == {0: 7}
    assert [event for event, _ in member.told] == ["assigned"]


def test_a_partition_whose_log_was_cut_is_refused() -> None:
    member = Member(commits={0: Commit(7)})
    member.assigned(PLACES[0])
    member.client.log = range(5)

    member.ours.fell_out(P0)
    member.polls(BELIEVED_SECONDS + 1)

    assert [event for event, _ in member.told] == ["assigned", "refused"]
    assert member.ours.accept(record(partition=P0, offset=7)) is None


def test_an_error_of_a_partition_that_is_not_read_changes_nothing() -> None:
    member = Member(silent={0})
    member.assigned(PLACES[0])

    member.ours.fell_out(P0)
    member.ours.fell_out(P1)
    member.polls(3.0)

    assert member.told == []
    assert member.client.assigned == {0: ANYWHERE}
