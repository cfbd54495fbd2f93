"""Which brokers may the tests of the Kafka adapters stop?"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.conftest import unavailable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.stack.kafka import KafkaCluster


@pytest.fixture(scope="package")
def own_kafka() -> Iterator[KafkaCluster]:
    """One broker that may be frozen: whoever does it, lets it go on."""
    from tests.stack import kafka
    from tests.stack.prerequisites import UnavailableError

    try:
        with kafka.running() as cluster:
            yield cluster
    except UnavailableError as error:
        unavailable(error, "tests that freeze a real Kafka")


@pytest.fixture(params=["consumer", "classic"])
def protocol(request: pytest.FixtureRequest) -> str:
    """Each group protocol in turn."""
    protocol: str = request.param
    return protocol
