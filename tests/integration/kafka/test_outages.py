"""Does the publisher tell the truth when brokers freeze in the middle of a transaction?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.integration.kafka.scene import Timeouts, paused, scene

if TYPE_CHECKING:
    from tests.stack.kafka import KafkaCluster

pytestmark = [pytest.mark.kafka, pytest.mark.slow]

STEPS = ("begin", "send offsets", "commit")


@pytest.mark.parametrize("step", STEPS)
def test_a_broker_that_is_frozen_within_the_time_limit(own_kafka: KafkaCluster, step: str) -> None:
    [broker] = own_kafka.brokers
    with scene(own_kafka, timeouts=Timeouts(10_000, request_ms=2000)) as on_stage:
        member = on_stage.member()
        on_stage.publish(member, 1)
        on_stage.before[step] = lambda: paused(broker, 7.0)

        outcome = on_stage.publish(member, 2)
        told = on_stage.is_true(outcome, 2)
        on_stage.publish_until_out(member, 3)

        assert told
        assert on_stage.published == [1, 2, 3] if outcome.published else [1, 3]
        assert on_stage.crashes == []


@pytest.mark.parametrize("step", STEPS)
def test_a_broker_that_is_frozen_longer_than_a_transaction_may_take(
    own_kafka: KafkaCluster, step: str
) -> None:
    [broker] = own_kafka.brokers
    with scene(own_kafka, timeouts=Timeouts(3000)) as on_stage:
        member = on_stage.member()
        on_stage.publish(member, 1)
        on_stage.before[step] = lambda: paused(broker, 6.0)

        outcome = on_stage.publish(member, 2)
        told = on_stage.is_true(outcome, 2)
        on_stage.publish_until_out(member, 3)

        assert told
        assert on_stage.published == [1, 2, 3] if outcome.published else [1, 3]
        assert on_stage.crashes == []
