"""Are transactions whole, whose are they, and does the next one always follow?"""

from __future__ import annotations

import secrets
import subprocess
import sys
import threading
import time
from typing import TYPE_CHECKING

import pytest

from consumer.adapters.kafka.configuration import Protocol, transactional_properties
from consumer.adapters.kafka.source import KafkaJobSource
from consumer.core.errors import CannotStart, Fenced, PublisherHung
from consumer.core.model import Commit, Message
from tests.contract.job_source.world import until
from tests.integration.kafka.scene import INSTANCE, Scene, Timeouts, scene

if TYPE_CHECKING:
    from collections.abc import Iterator

    from consumer.adapters.kafka.configuration import Properties
    from consumer.adapters.kafka.source import GroupMetadata
    from tests.stack.kafka import KafkaCluster

pytestmark = pytest.mark.kafka
OPEN_TRANSACTION = """
import sys
from confluent_kafka import Producer

bootstrap, transactional_id, topic = sys.argv[1:]
producer = Producer({"bootstrap.servers": bootstrap, "transactional.id": transactional_id})
producer.init_transactions()
producer.begin_transaction()
producer.produce(topic, b"result", b"666")
producer.flush()
print("open", flush=True)
sys.stdin.read()
"""


@pytest.fixture
def on_stage(kafka: KafkaCluster) -> Iterator[Scene]:
    with scene(kafka) as on_stage:
        yield on_stage


def test_nobody_sees_a_transaction_that_is_open(on_stage: Scene) -> None:
    member, go_on = on_stage.member(), threading.Event()
    on_stage.before["commit"] = go_on.wait

    member.publisher.hand_over(on_stage.publication(1))
    until(lambda: not on_stage.before, member)
    seen = on_stage.published
    go_on.set()

    assert seen == []
    assert member.publisher.settle(10)
    assert on_stage.published == [1]


def test_who_was_in_the_group_before_a_rebalance_publishes_nothing(
    kafka: KafkaCluster, protocol: Protocol
) -> None:
    with scene(kafka, protocol) as on_stage:
        member = on_stage.member()
        assert isinstance(member.source, KafkaJobSource)
        before = Before(member.source)
        member.publisher.close()
        member.publisher = on_stage.publisher(before)
        other = on_stage.newcomer()
        until(lambda: bool(other.assigned), member, other)
        [on_stage.partition] = other.assigned

        stale = on_stage.publish(member, 1)
        before.is_over = True
        [on_stage.partition] = member.assigned
        fresh = on_stage.publish(member, 2)

        assert (stale.published, stale.committed, stale.refused) == (False, False, False)
        assert stale.problem
        assert fresh.published
        assert on_stage.published == [2]


def test_a_second_process_with_the_same_id_ends_the_first(on_stage: Scene) -> None:
    member = on_stage.member()
    assert isinstance(member.source, KafkaJobSource)
    on_stage.publish(member, 1)
    first = member.publisher
    member.publisher = on_stage.publisher(member.source)
    on_stage.publish(member, 2)

    first.hand_over(on_stage.publication(3))
    until(lambda: bool(first.outcome() or on_stage.crashes), member)

    [error] = on_stage.crashes
    assert isinstance(error, Fenced)
    assert "TURNSTREAM_KAFKA__INSTANCE" in str(error)
    assert f"-{INSTANCE}" in str(error)
    assert first.settle(10) is None
    assert on_stage.published == [1, 2]
    first.close()


def test_a_killed_process_leaves_nothing_open_behind_whoever_takes_its_id_over(
    on_stage: Scene,
) -> None:
    settings = on_stage.world.settings
    name = str(transactional_properties(settings, INSTANCE)["transactional.id"])
    arguments = (settings.bootstrap_servers, name, settings.results_topic)
    run_until_it_says("open", OPEN_TRANSACTION, *arguments)
    began = time.monotonic()

    on_stage.publish_until_out(on_stage.member(), 1)

    assert on_stage.published == [1]
    assert time.monotonic() - began < 10  # the transaction's time limit is a minute


def test_content_that_only_the_brokers_refuse_does_not_stop_what_comes_after(
    kafka: KafkaCluster, on_stage: Scene
) -> None:
    narrow = kafka.new_topic("narrow", settings={"max.message.bytes": "2000"})
    member = on_stage.member()

    outcome = member.publish(
        *on_stage.publication(1).messages,
        Message(narrow, None, secrets.token_bytes(5000), ()),
        commits={on_stage.partition: Commit(1)},
    )
    after = on_stage.publish(member, 2)

    assert (outcome.published, outcome.committed, outcome.refused) == (False, False, True)
    assert after.published
    assert on_stage.published == [2]


@pytest.mark.parametrize(("call", "goes_out"), [("send offsets", False), ("end", True)])
def test_a_call_that_hangs_is_left_behind_and_the_next_publication_flows(
    kafka: KafkaCluster, call: str, goes_out: bool
) -> None:
    with scene(kafka, timeouts=Timeouts(transaction_ms=3000)) as on_stage:
        member, never = on_stage.member(), threading.Event()
        on_stage.before[call] = never.wait
        began = time.monotonic()

        hung = on_stage.publish(member, 1)
        on_stage.publish_until_out(member, 2)
        took = time.monotonic() - began
        never.set()  # it wakes up, too late
        until(lambda: threads_that_publish() == 1, member)

        assert (hung.published, hung.committed) == (goes_out, goes_out)
        assert took < 3 + 15
        assert on_stage.published == ([1, 2] if goes_out else [2])
        assert on_stage.crashes == []


@pytest.mark.slow
def test_calls_that_hang_again_and_again_ask_for_a_fresh_process(kafka: KafkaCluster) -> None:
    with scene(kafka, timeouts=Timeouts(transaction_ms=1000)) as on_stage:
        member, never = on_stage.member(), threading.Event()

        for number in range(3):
            on_stage.before["begin"] = never.wait
            assert not on_stage.publish(member, number).published
        on_stage.before["begin"] = never.wait
        member.publisher.hand_over(on_stage.publication(3))
        assert member.publisher.settle(10) is None
        never.set()

        assert [type(crash) for crash in on_stage.crashes] == [PublisherHung]


def test_says_what_to_change_where_transactions_cannot_be(kafka: KafkaCluster) -> None:
    with scene(kafka, timeouts=Timeouts(transaction_ms=10**9)) as on_stage:
        member = on_stage.member()

        until(lambda: bool(member.publisher.outcome() or on_stage.crashes), member)

        [error] = on_stage.crashes
        assert isinstance(error, CannotStart)
        assert "TURNSTREAM_KAFKA__TRANSACTION_TIMEOUT_SECONDS" in str(error)


class Before:
    """Still says who a member was at first, until that is over."""

    def __init__(self, source: KafkaJobSource) -> None:
        self.is_over = False
        self._source = source
        self._at_first = source.group_metadata()

    @property
    def properties(self) -> Properties:
        return self._source.properties

    def group_metadata(self) -> GroupMetadata:
        return self._source.group_metadata() if self.is_over else self._at_first


def threads_that_publish() -> int:
    return sum(thread.name == "publisher" for thread in threading.enumerate())


def run_until_it_says(word: str, script: str, *arguments: str) -> None:
    """Run the script in a process until it says the word, and kill it."""
    command = [sys.executable, "-c", script, *arguments]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.readline().split() == [word.encode()]
        process.kill()
