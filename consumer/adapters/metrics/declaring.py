"""How is a metric declared: on one registry, with our prefix, in few words?"""

from collections.abc import Sequence
from dataclasses import dataclass

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

PREFIX = "turnstream_"

SECONDS = (0.01, 0.05, 0.1, 0.5, 1, 5, 15, 60, 300, 900, 3600, 14400, 43200)
"""Jobs take from a moment to half a day."""


@dataclass(frozen=True, slots=True)
class Declare:
    """Labels are of closed sets only: each combination of their values is a series for good."""

    registry: CollectorRegistry

    def counter(self, name: str, meaning: str, *labels: str) -> Counter:
        """Declare what only grows; its name ends in `_total` by itself."""
        return Counter(PREFIX + name, meaning, labels, registry=self.registry)

    def gauge(self, name: str, meaning: str, *labels: str) -> Gauge:
        """Declare what comes and goes."""
        return Gauge(PREFIX + name, meaning, labels, registry=self.registry)

    def histogram(
        self, name: str, meaning: str, *labels: str, buckets: Sequence[float] = SECONDS
    ) -> Histogram:
        """Declare what is counted by its size."""
        return Histogram(PREFIX + name, meaning, labels, buckets=buckets, registry=self.registry)
