"""What does one group of workers serve: which topics, which store, by which rules?"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from tests.scripted.engine import MODEL_SETTINGS
from tests.stack.object_server import ObjectServer
from tests.stack.topics import Topics

Delivery = Literal["transactional", "at-least-once"]
Protocol = Literal["consumer", "classic"]

MAX_POLL_INTERVAL_SECONDS = 6.0
"""Also the session time-out of classic groups; that of the others is the brokers'."""


@dataclass(frozen=True, slots=True)
class Service:
    """One consumer group with topics and buckets of its own."""

    name: str
    protocol: Protocol
    delivery: Delivery
    bootstrap: str
    topics: Topics
    store: ObjectServer
    bucket: str

    @property
    def group(self) -> str:
        return f"workers-of-{self.topics.jobs}"

    @property
    def audio_uri(self) -> str:
        """The prefix below which recordings lie."""
        return f"s3://{self.bucket}/calls/"

    @property
    def output_uri(self) -> str:
        """The prefix below which results lie."""
        return f"s3://{self.bucket}/results/"

    def client_settings(self, endpoint: str) -> dict[str, str]:
        """What the client tools are told, in the same words as the workers."""
        return {
            **self.store.environment,
            "AWS_ENDPOINT_URL_S3": endpoint,
            **self.topics.settings(self.bootstrap),
        }

    def worker_settings(self, instance: str, endpoint: str) -> dict[str, str]:
        """A worker that reaches the store through the endpoint, and notices trouble soon."""
        return {
            **self.client_settings(endpoint),
            **_PATIENCE,
            **MODEL_SETTINGS,
            "TURNSTREAM_KAFKA__GROUP_ID": self.group,
            "TURNSTREAM_KAFKA__GROUP_PROTOCOL": self.protocol,
            "TURNSTREAM_KAFKA__DELIVERY": self.delivery,
            "TURNSTREAM_KAFKA__INSTANCE": instance,
            "TURNSTREAM_AUDIO__ALLOWED": json.dumps([self.audio_uri]),
            "TURNSTREAM_OUTPUT__ALLOWED": json.dumps([self.output_uri]),
            "TURNSTREAM_OUTPUT__DEFAULT_URI": self.output_uri,
            "TURNSTREAM_WORKER__NAME": instance,
            "TURNSTREAM_WORKER__FETCH_THREADS": "2",
            "TURNSTREAM_WORKER__STORE_THREADS": "2",
            "TURNSTREAM_HTTP__PORT": "0",
        }


_PATIENCE: Mapping[str, str] = {
    "TURNSTREAM_KAFKA__MAX_POLL_INTERVAL_SECONDS": str(MAX_POLL_INTERVAL_SECONDS),
    "TURNSTREAM_WORKER__DRAIN_SECONDS": "1",
    "TURNSTREAM_WORKER__GRACE_SECONDS": "10",
    "TURNSTREAM_WORKER__RETRY_DELAYS_SECONDS": "[2, 8]",
    "TURNSTREAM_STORE__CONNECT_TIMEOUT_SECONDS": "2",
    "TURNSTREAM_STORE__READ_TIMEOUT_SECONDS": "3",
}
