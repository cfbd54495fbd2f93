"""On which brokers do the contracts of the Kafka adapters run?"""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from consumer.adapters.kafka.configuration import Protocol
from producer_tools.demo import mock_broker
from tests.contract.job_source.kafka_world import KafkaWorld, kafka_world

SESSION_MS = 2000
"""A simulated group takes a second less than this for each round of a rebalance."""


@pytest.fixture(params=["consumer", "classic"])
def protocol(request: pytest.FixtureRequest) -> Protocol:
    """Each group protocol in turn."""
    protocol: Protocol = request.param
    return protocol


@pytest.fixture(params=["simulated", pytest.param("real", marks=pytest.mark.kafka)])
def on_brokers(request: pytest.FixtureRequest, protocol: Protocol) -> Iterator[KafkaWorld]:
    """A world on simulated brokers and on real ones, in a group of each protocol."""
    if request.param == "simulated":
        with _simulated(protocol) as world:
            yield world
    else:
        cluster = request.getfixturevalue("kafka")
        topics = cluster.new_topic("jobs", partitions=2), cluster.new_topic("results")
        with kafka_world(cluster.bootstrap, protocol, *topics) as world:
            yield world


@contextmanager
def _simulated(protocol: Protocol) -> Iterator[KafkaWorld]:
    with (
        mock_broker.running({"jobs": 2, "results": 1}) as bootstrap,
        kafka_world(bootstrap, protocol, "jobs", "results", SESSION_MS) as world,
    ):
        yield world
