"""Put one message after the other on a topic, without waiting for any of them."""

from confluent_kafka import KafkaError, Message

from producer_tools.kafka.broker import BrokerClients
from producer_tools.kafka.messages import Outgoing

_FULL_SECONDS = 0.1


class JobSender:
    """Sends in the background; what fails there is raised by a later call."""

    def __init__(self, clients: BrokerClients, topic: str) -> None:
        self._clients = clients
        self._topic = topic
        with clients.translating():
            self._producer = clients.producer()

    def send(self, outgoing: Outgoing) -> None:
        """Hand a message over, and wait only where too many are on their way; `ClientError`."""
        with self._clients.translating():
            while not self._took(outgoing):
                self._producer.poll(_FULL_SECONDS)
            self._producer.poll(0)

    def poll(self, seconds: float) -> None:
        """Let so much time pass, or less; raises `ClientError` for a message that failed."""
        with self._clients.translating():
            self._producer.poll(seconds)

    def flush(self) -> None:
        """Wait until all have arrived; raises `ClientError`."""
        with self._clients.translating():
            self._producer.flush()

    def _took(self, outgoing: Outgoing) -> bool:
        try:
            self._producer.produce(
                self._topic,
                key=outgoing.key,
                value=outgoing.value,
                headers=list(outgoing.headers),
                on_delivery=self._delivered,
            )
        except BufferError:
            return False
        return True

    def _delivered(self, error: KafkaError | None, _: Message) -> None:
        if error:
            raise self._clients.problem(error)
