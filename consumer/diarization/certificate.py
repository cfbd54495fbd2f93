"""May an answer from rounded embeddings stand?

Rounding matters where a decision was close. How far rounding moves embeddings is measured on a
sample of the recording; windows whose speakers were assigned by less than several times that are
embedded anew, and the whole recording when its clusters themselves might have come out otherwise.
"""

import numpy as np
from numpy.typing import NDArray

from consumer.core.device_failures import explained
from consumer.core.model import SpeakerBounds
from consumer.diarization.clustering.training import silent_pairs
from consumer.diarization.conclusion import Conclusion
from consumer.diarization.hypothesis import Hypothesis
from consumer.diarization.networks.excerpts import Heard
from consumer.diarization.networks.lanes import Lanes
from consumer.diarization.networks.listening import embed_again
from consumer.diarization.networks.networks import Networks

SAMPLED_SHARE = 0.04
"""Of the windows of each recording."""
FEWEST_SAMPLED = 4
SAFETY = 10.0
"""The sample need not hold the worst window."""


class Certifier:
    """Concludes from embeddings of a rounding trunk as if they were exact."""

    def __init__(self, conclusion: Conclusion, networks: Networks, lanes: Lanes) -> None:
        self._conclusion = conclusion
        self._networks = networks
        self._lanes = lanes

    @explained()
    def __call__(self, heard: Heard, bounds: SpeakerBounds) -> Hypothesis:
        """Conclude; raises `OutOfMemory`, `DeviceDead`."""
        silent = silent_pairs(heard.masks)
        spoken = np.flatnonzero(~silent.all(axis=1))
        tolerance = SAFETY * self._deviation(heard, _sample(spoken))
        if np.isnan(tolerance):
            tolerance = np.inf
        hypothesis, evidence = self._conclusion.with_evidence(heard.findings, bounds)
        if evidence is None:
            return hypothesis
        if not evidence.cutting.might_differ(tolerance):
            close = (evidence.margins < tolerance) & ~silent
            spoken = np.flatnonzero(close.any(axis=1))
        if not len(spoken):
            return hypothesis
        embed_again(self._networks, self._lanes, heard, spoken)
        return self._conclusion.hypothesis(heard.findings, bounds)

    def _deviation(self, heard: Heard, windows: NDArray[np.intp]) -> float:
        """Embed windows anew; return how far rounding had moved them."""
        rounded = heard.embeddings[windows]
        embed_again(self._networks, self._lanes, heard, windows)
        return farthest_moved(heard.embeddings[windows], rounded)


def farthest_moved(exact: NDArray[np.float32], rounded: NDArray[np.float32]) -> float:
    """Return how far apart two embeddings of one voice are at most, brought to length one."""
    moved = _directions(exact) - _directions(rounded)
    return float(np.linalg.norm(moved, axis=-1).max(initial=0.0))


def _sample(windows: NDArray[np.intp]) -> NDArray[np.intp]:
    """Choose some, evenly."""
    number = max(FEWEST_SAMPLED, round(len(windows) * SAMPLED_SHARE))
    return windows[:: max(1, len(windows) // number)]


def _directions(embeddings: NDArray[np.float32]) -> NDArray[np.float32]:
    lengths = np.linalg.norm(embeddings, axis=-1, keepdims=True)
    return np.asarray(embeddings / np.maximum(lengths, np.finfo(np.float32).tiny))
