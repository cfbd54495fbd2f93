"""Which brokers, topics and places does a story use, and which settings give them to a worker?"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from producer_tools.kafka.connection import KafkaConnection
from tests.stack.messages import lag
from tests.stack.topics import Topics

_DEMO = Path(__file__).parents[2] / "demo"
DEMO_MODEL = _DEMO / "model"
DEMO_CONVERSATION = _DEMO / "audio" / "conversation.flac"


@dataclass(frozen=True, slots=True)
class Deployment:
    """What every process of a story has in common; `store` is how AWS clients find the objects."""

    bootstrap: str
    topics: Topics
    audio: Sequence[str]
    output: Sequence[str]
    store: Mapping[str, str]
    delivery: str = "transactional"

    @classmethod
    def on_directory(
        cls, bootstrap: str, topics: Topics, directory: Path, delivery: str = "transactional"
    ) -> Self:
        """Files as objects, and no credentials: recordings below `in`, results below `out`."""
        for name in ("in", "out"):
            (directory / name).mkdir()
        return cls(
            bootstrap=bootstrap,
            topics=topics,
            audio=(f"file://{directory}/in/",),
            output=(f"file://{directory}/out/",),
            store={},
            delivery=delivery,
        )

    @property
    def group(self) -> str:
        """The consumer group: one for each jobs topic."""
        return f"workers-of-{self.topics.jobs}"

    @property
    def client_settings(self) -> dict[str, str]:
        """What the client tools are told, in the same words as the workers."""
        return {
            **self.store,
            **self.topics.settings(self.bootstrap),
        }

    @property
    def connection(self) -> KafkaConnection:
        """The same for the client tools as a library."""
        return KafkaConnection(
            bootstrap_servers=self.bootstrap,
            jobs_topic=self.topics.jobs,
            results_topic=self.topics.results,
            dead_letters_topic=self.topics.dead_letters,
        )

    def has_caught_up(self) -> bool:
        """Whether the group has committed the end of every partition of the jobs topic."""
        return lag(self.bootstrap, self.topics.jobs, self.group) == 0

    def worker_settings(self, name: str = "worker-0", **others: str) -> dict[str, str]:
        """A worker with the demonstration model, and with a model whose directory is missing."""
        catalogue = {"demo": {"directory": str(DEMO_MODEL)}, "gone": {"directory": "no-such-model"}}
        return {
            **self.client_settings,
            "TURNSTREAM_KAFKA__GROUP_ID": self.group,
            "TURNSTREAM_AUDIO__ALLOWED": json.dumps(self.audio),
            "TURNSTREAM_OUTPUT__ALLOWED": json.dumps(self.output),
            "TURNSTREAM_OUTPUT__DEFAULT_URI": self.output[0],
            "TURNSTREAM_MODELS__CATALOGUE": json.dumps(catalogue),
            "TURNSTREAM_MODELS__DEFAULT": "demo",
            "TURNSTREAM_MODELS__DEVICE": "cpu",
            "TURNSTREAM_WORKER__NAME": name,
            "TURNSTREAM_WORKER__RETRY_DELAYS_SECONDS": "[0.1]",
            "TURNSTREAM_WORKER__DEAD_LETTER_LIMIT_PERCENT": "100",
            "TURNSTREAM_KAFKA__DELIVERY": self.delivery,
            "TURNSTREAM_KAFKA__INSTANCE": name,
            "TURNSTREAM_HTTP__PORT": "0",
            **others,
        }
