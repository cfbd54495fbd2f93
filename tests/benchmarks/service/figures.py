"""What do samples say: how large is the usual one, and do they grow?"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import linear_regression, mean

CONFIDENCE = 0.95
BLOCKS = 12
"""Neighbouring samples resemble each other: their means over so many blocks hardly do."""
_T_QUANTILE = 2.228
"""Of Student's distribution: 95 % two-sided, with `BLOCKS - 2` degrees of freedom."""


class TooFewSamples(ValueError):
    """There is less than one sample per block: nothing can be said about their growth."""


@dataclass(frozen=True, slots=True)
class Slope:
    """How fast something grows per unit of its other axis, and how well that is known."""

    value: float
    margin: float
    """Half of the confidence interval."""

    @property
    def is_distinguishable(self) -> bool:
        """Whether it is anything but 0, as far as can be told."""
        return abs(self.value) > self.margin


def percentile(values: Sequence[float], percent: float) -> float:
    """Return the smallest value that so many percent do not exceed; ValueError without values."""
    if not values:
        raise ValueError("no values, no percentile")
    rank = math.ceil(len(values) * percent / 100)
    return sorted(values)[max(rank, 1) - 1]


def slope(along: Sequence[float], values: Sequence[float]) -> Slope:
    """Fit a line through the means of blocks. Raises `TooFewSamples`."""
    if len(values) < BLOCKS:
        raise TooFewSamples(f"{len(values)} samples for {BLOCKS} blocks")
    x, y = _block_means(along), _block_means(values)
    line = linear_regression(x, y)
    left = [(b - line.intercept - line.slope * a) ** 2 for a, b in zip(x, y, strict=True)]
    spread = sum((a - mean(x)) ** 2 for a in x)
    error = (sum(left) / (BLOCKS - 2) / spread) ** 0.5
    return Slope(line.slope, _T_QUANTILE * error)


def _block_means(values: Sequence[float]) -> list[float]:
    borders = [number * len(values) // BLOCKS for number in range(BLOCKS + 1)]
    return [mean(values[a:b]) for a, b in pairwise(borders)]
