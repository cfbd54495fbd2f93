"""Does the adapter on a consumer group keep the promises of a job source?"""

import logging
import subprocess
import time
from collections.abc import Iterator

import pytest

from consumer.adapters.kafka.cluster import describe_cluster
from consumer.adapters.kafka.configuration import BrokersUnreachable, Protocol
from consumer.adapters.kafka.protocol import group_protocol
from consumer.settings import KafkaSettings
from producer_tools.demo.mock_cluster import Api, MockCluster
from tests.contract.job_source.kafka_world import KafkaWorld, kafka_world
from tests.contract.job_source.suite import JobSourceContract
from tests.contract.job_source.world import until

NOBODY = KafkaSettings(bootstrap_servers="127.0.0.1:1")


class TestKafka(JobSourceContract):
    @pytest.fixture
    def world(self, on_brokers: KafkaWorld) -> KafkaWorld:
        return on_brokers


@pytest.fixture
def cluster() -> Iterator[MockCluster]:
    with MockCluster() as cluster:
        cluster.create_topic("jobs", partitions=2)
        cluster.create_topic("results", partitions=1)
        yield cluster


def protocol_of(settings: KafkaSettings) -> Protocol:
    return group_protocol(settings, describe_cluster(settings))


class TestGroupProtocol:
    def test_is_the_new_one_where_the_brokers_have_it(self, cluster: MockCluster) -> None:
        assert protocol_of(KafkaSettings(bootstrap_servers=cluster.bootstrap)) == "consumer"

    def test_is_the_classic_one_elsewhere_and_reads(self, cluster: MockCluster) -> None:
        cluster.hide(Api.CONSUMER_GROUP_HEARTBEAT)

        protocol = protocol_of(KafkaSettings(bootstrap_servers=cluster.bootstrap))

        assert protocol == "classic"
        with kafka_world(cluster.bootstrap, protocol, "jobs", "results") as world:
            world.produce(b"job")
            member = world.member()
            until(lambda: member.values == [b"job"], member)

    def test_may_be_set(self, cluster: MockCluster) -> None:
        settings = KafkaSettings(bootstrap_servers=cluster.bootstrap, group_protocol="classic")

        assert protocol_of(settings) == "classic"

    @pytest.mark.slow
    def test_says_which_brokers_do_not_answer(self) -> None:
        began = time.monotonic()

        with pytest.raises(BrokersUnreachable, match=r"127\.0\.0\.1:1 .*BOOTSTRAP_SERVERS"):
            describe_cluster(NOBODY)

        assert time.monotonic() - began < 12.0


def test_the_clients_own_lines_go_to_the_log_and_not_to_standard_error(
    caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    with (
        caplog.at_level(logging.INFO, logger="turnstream.kafka"),
        kafka_world(NOBODY.bootstrap_servers, "classic", "jobs", "results") as world,
    ):
        until(lambda: "Connection refused" in caplog.text, world.member())

    assert "Connection refused" in caplog.text
    assert capfd.readouterr().err == ""


def test_a_header_whose_name_is_not_utf8_costs_the_headers_and_not_the_worker(
    cluster: MockCluster, kcat: str, caplog: pytest.LogCaptureFixture
) -> None:
    command: list[str | bytes] = [kcat, "-P", "-b", cluster.bootstrap, "-t", "jobs", "-p", "0"]
    ordinary = 200  # a warm loop meets it in another way than a cold one
    with kafka_world(cluster.bootstrap, "consumer", "jobs", "results") as world:
        member = world.member()

        for headers, lines in (("mine=1", b"job\n" * ordinary), (b"\xff=1", b"job\n" * 2)):
            subprocess.run([*command, "-H", headers], input=lines, timeout=10, check=True)
        until(lambda: len(member.records) == ordinary + 2, member)

    assert member.values == [b"job"] * (ordinary + 2)
    assert member.records[0].headers == (("mine", b"1"),)
    assert [record.headers for record in member.records[ordinary:]] == [(), ()]
    assert "headers cannot be read" in caplog.text
