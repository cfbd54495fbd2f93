"""Whether the simulated cluster does what the demonstration and the contract tests rely on."""

import socket
import struct
import subprocess
import sys
from collections.abc import Iterator

import pytest
from confluent_kafka import Consumer, KafkaError, Message, Producer

from producer_tools.demo import mock_broker
from producer_tools.demo.mock_cluster import Api, MockCluster, MockClusterError

_DEADLINE_SECONDS = 30.0
_API_VERSIONS = 18


@pytest.fixture
def cluster() -> Iterator[MockCluster]:
    """A simulated cluster inside this process, which tests may disturb."""
    with MockCluster() as cluster:
        cluster.create_topic("jobs", partitions=2)
        yield cluster


def written(bootstrap: str, value: bytes, **settings: object) -> Message:
    """The record as it was delivered to partition 1 of the jobs topic."""
    producer = Producer({"bootstrap.servers": bootstrap, "log_level": 0, **settings})
    reports: list[Message] = []
    producer.produce(
        "jobs", value, partition=1, on_delivery=lambda _, message: reports.append(message)
    )
    assert producer.flush(_DEADLINE_SECONDS) == 0
    return reports[0]


def first_event(bootstrap: str, **settings: object) -> Message:
    """What a new member of a group is told first: a record or an error."""
    consumer = Consumer(
        {
            "bootstrap.servers": bootstrap,
            "group.id": "workers",
            "auto.offset.reset": "earliest",
            "fetch.wait.max.ms": 10,
            "log_level": 0,
            **settings,
        }
    )
    consumer.subscribe(["jobs"])
    message = consumer.poll(_DEADLINE_SECONDS)
    consumer.close()
    assert message is not None
    return message


def announced(bootstrap: str) -> dict[int, tuple[int, int]]:
    """Lowest and highest version of each request, as the broker itself tells a stranger."""
    host, _, port = bootstrap.partition(":")
    request = struct.pack(">hhih", _API_VERSIONS, 0, 1, -1)
    with socket.create_connection((host, int(port)), _DEADLINE_SECONDS) as broker:
        broker.sendall(struct.pack(">i", len(request)) + request)
        answer = broker.makefile("rb")
        _size, _correlation, error, count = struct.unpack(">iihi", answer.read(14))
        assert error == 0
        rows = struct.iter_unpack(">hhh", answer.read(6 * count))
        return {api: (lowest, highest) for api, lowest, highest in rows}


@pytest.mark.parametrize("protocol", ["classic", "consumer"])
def test_a_group_reads_what_another_process_holds(protocol: str) -> None:
    with mock_broker.running({"jobs": 2}, brokers=2) as bootstrap:
        written(bootstrap, b"job")

        assert first_event(bootstrap, **{"group.protocol": protocol}).value() == b"job"


def test_a_topic_appears_on_first_use(mock_broker: str) -> None:
    written(mock_broker, b"job")

    topics = (
        Producer({"bootstrap.servers": mock_broker}).list_topics(timeout=_DEADLINE_SECONDS).topics
    )
    assert len(topics["jobs"].partitions) == 4


def test_a_hidden_request_is_not_announced(cluster: MockCluster) -> None:
    assert Api.CONSUMER_GROUP_HEARTBEAT in announced(cluster.bootstrap)

    cluster.hide(Api.CONSUMER_GROUP_HEARTBEAT)

    assert Api.CONSUMER_GROUP_HEARTBEAT not in announced(cluster.bootstrap)


def test_a_capped_request_is_announced_up_to_the_cap(cluster: MockCluster) -> None:
    cluster.cap_versions(Api.FETCH, highest=4)

    assert announced(cluster.bootstrap)[Api.FETCH] == (0, 4)


def test_a_classic_group_reads_from_a_broker_older_than_kip_848(cluster: MockCluster) -> None:
    cluster.hide(Api.CONSUMER_GROUP_HEARTBEAT)
    written(cluster.bootstrap, b"job")

    assert first_event(cluster.bootstrap, **{"group.protocol": "classic"}).value() == b"job"


def test_a_request_fails_with_the_error_asked_for(cluster: MockCluster) -> None:
    cluster.fail_requests(Api.PRODUCE, [KafkaError.TOPIC_AUTHORIZATION_FAILED])

    refused = written(cluster.bootstrap, b"job", retries=0).error()

    assert refused is not None
    assert refused.code() == KafkaError.TOPIC_AUTHORIZATION_FAILED
    assert written(cluster.bootstrap, b"job").error() is None


def test_a_broker_that_is_down_comes_back(cluster: MockCluster) -> None:
    cluster.take_down()
    lost = written(cluster.bootstrap, b"lost", **{"message.timeout.ms": 300}).error()

    cluster.bring_up()

    assert lost is not None
    assert written(cluster.bootstrap, b"found").error() is None


def test_what_the_library_refuses_is_an_error(cluster: MockCluster) -> None:
    with pytest.raises(MockClusterError, match="exists"):
        cluster.create_topic("jobs", partitions=2)


def test_the_process_ends_when_its_input_closes() -> None:
    command = [sys.executable, "-m", "producer_tools.demo.mock_broker", "--topic=jobs:2"]

    ended = subprocess.run(command, input="", capture_output=True, text=True, check=True)

    assert ended.stdout.startswith("BOOTSTRAP=127.0.0.1:")
    assert ended.stderr == ""
