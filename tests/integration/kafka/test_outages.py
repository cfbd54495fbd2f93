"""Does the publisher tell the truth when brokers freeze in the middle of a transaction?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.integration.kafka.scene import Timeouts, paused, scene

if TYPE_CHECKING:
    from tests.stack.kafka import KafkaCluster

pytestmark = [pytest.mark.kafka, pytest.mark.slow]

WITHIN = Timeouts(10_000, request_ms=2000), 7.0
BEYOND = Timeouts(3000), 6.0


@pytest.mark.parametrize("step", ["begin", "send offsets", "commit"])
@pytest.mark.parametrize(("timeouts", "seconds"), [WITHIN, BEYOND], ids=["within", "beyond"])
def test_a_broker_freezes_within_and_beyond_the_time_limit_of_a_transaction(
    own_kafka: KafkaCluster, timeouts: Timeouts, seconds: float, step: str
) -> None:
    [broker] = own_kafka.brokers
    with scene(own_kafka, timeouts=timeouts) as on_stage:
        member = on_stage.member()
        on_stage.publish(member, 1)
        on_stage.before[step] = lambda: paused(broker, seconds)

        outcome = on_stage.publish(member, 2)
        told = on_stage.is_true(outcome, 2)
        on_stage.publish_until_out(member, 3)

        assert told
        assert on_stage.published == [1, 2, 3] if outcome.published else [1, 3]
        assert on_stage.crashes == []
