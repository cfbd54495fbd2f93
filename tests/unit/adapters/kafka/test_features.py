"""Is it understood what a client logs about the brokers' features?"""

import pytest

from consumer.adapters.kafka.cluster import Cluster
from consumer.adapters.kafka.features import FeatureLog
from consumer.adapters.kafka.protocol import group_protocol
from consumer.settings import KafkaSettings

SUPPORTED = "Feature BrokerBalancedConsumer: ConsumerGroupHeartbeat (0..32767) supported by broker"
MISSING = SUPPORTED.replace("supported", "NOT supported")
OLD, NEW = Cluster("abc", {}, has_consumer_protocol=False), Cluster("abc", {})


def test_a_request_is_lacking_where_one_broker_does_not_know_it() -> None:
    features = FeatureLog()

    features.logger.debug(SUPPORTED)
    before = features.lacks("ConsumerGroupHeartbeat")
    features.logger.debug(MISSING)

    assert not before
    assert features.lacks("ConsumerGroupHeartbeat")
    assert not features.lacks("OffsetFetch")


def test_one_client_does_not_hear_of_anothers_brokers() -> None:
    first, second = FeatureLog(), FeatureLog()

    second.logger.debug(MISSING)

    assert not first.lacks("ConsumerGroupHeartbeat")


@pytest.mark.parametrize(("cluster", "chosen"), [(NEW, "consumer"), (OLD, "classic")])
def test_the_brokers_decide_which_protocol_is_spoken(cluster: Cluster, chosen: str) -> None:
    assert group_protocol(KafkaSettings(), cluster) == chosen


@pytest.mark.parametrize("cluster", [NEW, OLD])
def test_a_setting_decides_before_the_brokers(cluster: Cluster) -> None:
    assert group_protocol(KafkaSettings(group_protocol="classic"), cluster) == "classic"
