"""Whether clients get properties that the client library takes, whatever the settings say."""

import pytest

from consumer.adapters.kafka.configuration import transactional_properties
from consumer.settings import KafkaSettings


@pytest.mark.parametrize(
    ("seconds", "own", "milliseconds"),
    [
        (10, {}, 10_000),
        (900, {}, 300_000),
        (10, {"socket.timeout.ms": "2000"}, 2000),
        (10, {"socket.timeout.ms": "60000"}, 10_000),
    ],
)
def test_a_request_may_take_as_long_as_its_transaction_and_no_longer_than_the_client_allows(
    seconds: float, own: dict[str, str], milliseconds: int
) -> None:
    settings = KafkaSettings(transaction_timeout_seconds=seconds, properties=own)

    properties = transactional_properties(settings, "worker-0")

    assert properties["transaction.timeout.ms"] == seconds * 1000
    assert properties["socket.timeout.ms"] == milliseconds
