"""An embedder without a model: a voice is how loud an excerpt is on average, and how long."""

from consumer.core.errors import JobError
from consumer.core.model import SAMPLE_RATE

SHORTEST_SAMPLES = SAMPLE_RATE // 10


class FakeEmbedder:
    """Behind the port `Embedder`; raises `failure` for excerpts of `failing_samples`."""

    dimension = 2

    def __init__(self, failing_samples: int = -1, failure: JobError | None = None) -> None:
        self.failing_samples = failing_samples
        self.failure = failure
        self.heard: list[int] = []
        """The lengths of the excerpts, in samples."""
        self.unloaded = False

    def embed(self, samples: memoryview) -> tuple[float, ...] | None:
        self.heard.append(len(samples))
        if self.failure and len(samples) == self.failing_samples:
            raise self.failure
        if len(samples) < SHORTEST_SAMPLES:
            return None
        return sum(samples) / len(samples), float(len(samples))

    def unload(self) -> None:
        self.unloaded = True
