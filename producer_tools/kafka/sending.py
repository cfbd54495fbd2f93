"""Put messages on a topic, and learn where they lie."""

from collections.abc import Callable, Sequence

from confluent_kafka import KafkaError, Message

from producer_tools.exits import BrokerRefuses
from producer_tools.kafka.broker import BrokerClients
from producer_tools.kafka.messages import Outgoing
from schemas.position import Position


def send(clients: BrokerClients, topic: str, messages: Sequence[Outgoing]) -> list[Position]:
    """Send in order and wait for every acknowledgement; raises `ClientError`."""
    positions: dict[int, Position] = {}
    with clients.translating():
        producer = clients.producer()
        for number, message in enumerate(messages):
            producer.produce(
                topic,
                key=message.key,
                value=message.value,
                headers=list(message.headers),
                on_delivery=_keep(positions, number, clients),
            )
        producer.flush()
    return [positions[number] for number in range(len(messages))]


def _keep(
    positions: dict[int, Position], number: int, clients: BrokerClients
) -> Callable[[KafkaError | None, Message], None]:
    def delivered(error: KafkaError | None, message: Message) -> None:
        if error:
            raise clients.problem(error)
        topic, partition, offset = message.topic(), message.partition(), message.offset()
        if topic is None or partition is None or offset is None:
            raise BrokerRefuses("the broker acknowledged a message without saying where it is")
        positions[number] = Position(topic, partition, offset)

    return delivered
