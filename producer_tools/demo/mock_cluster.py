"""How a simulated Kafka cluster is had inside this process, without a broker.

It is the test double that librdkafka carries, reached through the library of the confluent-kafka
wheel. Simulated: records live in memory, at most 5 MiB of them a partition (older ones vanish,
read or not), delivery is at least once, and transactions succeed without doing anything.
"""

import ctypes
from collections.abc import Sequence
from enum import IntEnum
from functools import cache
from typing import Any, Self

ALL_BROKERS = -1
_PRODUCER = 0
_ERROR_BYTES = 512
_HIDDEN = -1

_POINTER, _TEXT, _INT = ctypes.c_void_p, ctypes.c_char_p, ctypes.c_int
_INT16, _INT32, _SIZE = ctypes.c_int16, ctypes.c_int32, ctypes.c_size_t
# C's view of what is used here: result, then parameters; `Any`, since ctypes names no common type.
_SIGNATURES: dict[str, tuple[Any, list[Any]]] = {
    "rd_kafka_conf_new": (_POINTER, []),
    "rd_kafka_conf_set": (_INT, [_POINTER, _TEXT, _TEXT, _TEXT, _SIZE]),
    "rd_kafka_new": (_POINTER, [_INT, _POINTER, _TEXT, _SIZE]),
    "rd_kafka_destroy": (None, [_POINTER]),
    "rd_kafka_err2str": (_TEXT, [_INT]),
    "rd_kafka_mock_cluster_new": (_POINTER, [_POINTER, _INT]),
    "rd_kafka_mock_cluster_destroy": (None, [_POINTER]),
    "rd_kafka_mock_cluster_bootstraps": (_TEXT, [_POINTER]),
    "rd_kafka_mock_topic_create": (_INT, [_POINTER, _TEXT, _INT, _INT]),
    "rd_kafka_mock_broker_set_down": (_INT, [_POINTER, _INT32]),
    "rd_kafka_mock_broker_set_up": (_INT, [_POINTER, _INT32]),
    "rd_kafka_mock_set_apiversion": (_INT, [_POINTER, _INT16, _INT16, _INT16]),
    "rd_kafka_mock_group_initial_rebalance_delay_ms": (None, [_POINTER, _INT32]),
    "rd_kafka_mock_push_request_errors_array": (
        None,
        [_POINTER, _INT16, _SIZE, ctypes.POINTER(_INT)],
    ),
}


class Api(IntEnum):
    """The numbers of Kafka's requests that are worth disturbing."""

    PRODUCE = 0
    FETCH = 1
    METADATA = 3
    OFFSET_COMMIT = 8
    OFFSET_FETCH = 9
    FIND_COORDINATOR = 10
    JOIN_GROUP = 11
    HEARTBEAT = 12
    INIT_PRODUCER_ID = 22
    # The protocol of KIP-848: a broker without it is older than Kafka 4.
    CONSUMER_GROUP_HEARTBEAT = 68


class MockClusterError(Exception):
    """The simulated cluster refused; the text is librdkafka's."""


class MockCluster:
    """Brokers on free ports of 127.0.0.1; they end, and every record with them, on exit."""

    def __init__(self, brokers: int = 1) -> None:
        self._library = _librdkafka()
        self._brokers = brokers
        self._client = self._new_client()
        self._cluster = self._library.rd_kafka_mock_cluster_new(self._client, brokers)
        if not self._cluster:
            self._library.rd_kafka_destroy(self._client)
            raise MockClusterError(f"no simulated cluster of {brokers} brokers")
        # Groups form at once: the demonstration has no third member that is worth waiting for.
        self._library.rd_kafka_mock_group_initial_rebalance_delay_ms(self._cluster, 0)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exception: object) -> None:
        self._library.rd_kafka_mock_cluster_destroy(self._cluster)
        self._library.rd_kafka_destroy(self._client)

    @property
    def bootstrap(self) -> str:
        """The brokers' addresses, as `bootstrap.servers` takes them."""
        addresses: bytes = self._library.rd_kafka_mock_cluster_bootstraps(self._cluster)
        return addresses.decode()

    def create_topic(self, name: str, partitions: int) -> None:
        """Create a topic; one that is not created appears on first use, with 4 partitions."""
        self._check(
            self._library.rd_kafka_mock_topic_create(
                self._cluster, name.encode(), partitions, self._brokers
            )
        )

    def take_down(self, broker: int = ALL_BROKERS) -> None:
        """Cut a broker's connections and refuse new ones; brokers count from 1."""
        self._check(self._library.rd_kafka_mock_broker_set_down(self._cluster, broker))

    def bring_up(self, broker: int = ALL_BROKERS) -> None:
        """Let a broker answer again."""
        self._check(self._library.rd_kafka_mock_broker_set_up(self._cluster, broker))

    def cap_versions(self, api: Api, highest: int) -> None:
        """Announce the versions of a request up to this one only, as an older broker does."""
        self._check(self._library.rd_kafka_mock_set_apiversion(self._cluster, api, 0, highest))

    def hide(self, api: Api) -> None:
        """Announce that a request is unknown, as a broker older than it does."""
        self._check(
            self._library.rd_kafka_mock_set_apiversion(self._cluster, api, _HIDDEN, _HIDDEN)
        )

    def fail_requests(self, api: Api, codes: Sequence[int]) -> None:
        """Answer the next requests of a kind with these error codes, one each."""
        array = (_INT * len(codes))(*codes)
        self._library.rd_kafka_mock_push_request_errors_array(self._cluster, api, len(codes), array)

    def _new_client(self) -> int:
        """Create the client that the cluster lives in; it takes its configuration over."""
        said = ctypes.create_string_buffer(_ERROR_BYTES)
        configuration = self._library.rd_kafka_conf_new()
        # It warns that it knows no broker: it is the broker.
        self._library.rd_kafka_conf_set(configuration, b"log_level", b"0", said, _ERROR_BYTES)
        client: int | None = self._library.rd_kafka_new(
            _PRODUCER, configuration, said, _ERROR_BYTES
        )
        if client is None:
            raise MockClusterError(said.value.decode())
        return client

    def _check(self, code: int) -> None:
        if code != 0:
            raise MockClusterError(self._library.rd_kafka_err2str(code).decode())


@cache
def _librdkafka() -> ctypes.CDLL:
    """Open the library of the Python client itself, as a dependency of its extension."""
    from confluent_kafka import cimpl

    library = ctypes.CDLL(cimpl.__file__)
    for name, (result, parameters) in _SIGNATURES.items():
        function = getattr(library, name)
        function.restype, function.argtypes = result, parameters
    return library
