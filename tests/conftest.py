"""Which real servers a test may ask for, and what happens where one cannot be had."""

from __future__ import annotations

import os
from contextlib import ExitStack, contextmanager
from functools import partial
from importlib.util import find_spec
from typing import TYPE_CHECKING, NoReturn, TypeVar

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager

    from tests.stack.kafka import KafkaCluster
    from tests.stack.object_server import ObjectServer
    from tests.stack.secured_kafka import SecuredKafka

_Server = TypeVar("_Server")

_MARKERS = (
    "kafka: needs a real Kafka broker (Java 17+, Maven)",
    "s3: needs a real S3 server (Go)",
    "slow: takes more than ten seconds",
)


def pytest_configure(config: pytest.Config) -> None:
    """Declare the markers of the whole tree."""
    for marker in _MARKERS:
        config.addinivalue_line("markers", marker)


def unavailable(reason: object, tests: str) -> NoReturn:
    """Skip these tests with the reason; in CI, where everything must run, fail them."""
    if os.environ.get("CI") == "true":
        pytest.fail(f"{reason}: {tests} cannot run, and in CI they must", pytrace=False)
    pytest.skip(f"{reason}: {tests} skipped")


def needs(module: str, tests: str) -> None:
    """Skip a whole test module where an import of the extra `ml` is missing; in CI fail it."""
    if find_spec(module.partition(".")[0]) is None:
        if os.environ.get("CI") == "true":
            pytest.fail(f"no {module}: {tests} cannot run, and in CI they must", pytrace=False)
        pytest.skip(f"no {module} (extra `ml`): {tests} skipped", allow_module_level=True)


@pytest.fixture(scope="session")
def kafka(pytestconfig: pytest.Config) -> Iterator[KafkaCluster]:
    """One real broker for the whole session: use a topic and a group of your own."""
    from tests.stack import kafka

    with _server(pytestconfig, kafka.running, "real Kafka tests") as cluster:
        yield cluster


@pytest.fixture(scope="session")
def secured_kafka(pytestconfig: pytest.Config) -> Iterator[SecuredKafka]:
    """One real broker that lets in whom it knows, and allows what its rules say."""
    from tests.stack import secured_kafka

    with _server(pytestconfig, secured_kafka.running, "tests of access control") as broker:
        yield broker


@pytest.fixture
def three_brokers(pytestconfig: pytest.Config) -> Iterator[KafkaCluster]:
    """Three real brokers of the test's own, which it may kill."""
    from tests.stack import kafka

    with _server(pytestconfig, partial(kafka.running, brokers=3), "real Kafka tests") as cluster:
        yield cluster


@pytest.fixture(scope="session")
def minio(pytestconfig: pytest.Config) -> Iterator[ObjectServer]:
    """One MinIO for the whole session: use a bucket of your own."""
    from tests.stack import minio

    with _server(pytestconfig, minio.running, "MinIO tests") as server:
        yield server


@pytest.fixture(scope="session")
def versitygw(pytestconfig: pytest.Config) -> Iterator[ObjectServer]:
    """One versitygw for the whole session: use a bucket of your own."""
    from tests.stack import versitygw

    with _server(pytestconfig, versitygw.running, "versitygw tests") as server:
        yield server


@pytest.fixture(scope="session", params=["minio", "versitygw"])
def object_server(request: pytest.FixtureRequest) -> ObjectServer:
    """Each S3 server in turn."""
    server: ObjectServer = request.getfixturevalue(request.param)
    return server


@pytest.fixture(scope="session")
def prometheus(pytestconfig: pytest.Config) -> Iterator[str]:
    """The base URL of a Prometheus that scrapes itself."""
    from tests.stack import prometheus

    with _server(pytestconfig, prometheus.running, "Prometheus tests") as url:
        yield url


@pytest.fixture(scope="session")
def kcat() -> str:
    """The path of kcat, a Kafka client that is not ours."""
    from tests.stack import prerequisites

    try:
        return prerequisites.kcat()
    except prerequisites.ToolMissing as error:
        unavailable(error, "tests with a foreign Kafka client")


@pytest.fixture
def mock_broker() -> Iterator[str]:
    """Bootstrap address of a simulated cluster of the test's own; topics appear on first use."""
    from producer_tools.demo import mock_broker

    with mock_broker.running() as bootstrap:
        yield bootstrap


@contextmanager
def _server(
    config: pytest.Config,
    running: Callable[[], AbstractContextManager[_Server]],
    tests: str,
) -> Iterator[_Server]:
    """A started server; where it cannot be had, the tests that need it are skipped."""
    from tests.stack.prerequisites import UnavailableError

    capture = config.pluginmanager.getplugin("capturemanager")
    with ExitStack() as stop:
        try:
            # A first build takes minutes: let its progress be seen.
            with capture.global_and_fixture_disabled():
                server = stop.enter_context(running())
        except UnavailableError as error:
            unavailable(error, tests)
        yield server
