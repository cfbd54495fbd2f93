"""How many workers do so many hours of audio a day need?"""

import math
from collections.abc import Iterator

from tests.simulation.agenda import HOUR
from tests.simulation.costs import CPU, GPU, DeviceProfile
from tests.simulation.table import Table

HOURS_PER_DAY = (100, 1_000, 10_000, 100_000)
PEAKS = (1.0, 1.8)
"""The busiest hour over the mean."""
TARGET = 0.8
"""Device load in the busiest hour."""


def workers_for(hours_per_day: float, peak: float, profile: DeviceProfile) -> int:
    """Return how many keep the load in the busiest hour at the target."""
    seconds_per_second = hours_per_day / 24 * profile.seconds_for(HOUR) / HOUR
    return math.ceil(seconds_per_second * peak / TARGET)


def tables() -> Iterator[Table]:
    head = ["hours of audio a day"]
    for profile in (GPU, CPU):
        head += [f"{profile.name}, steady", f"peak of {PEAKS[-1]:g}"]
    yield Table("audio", head, [_row(hours) for hours in HOURS_PER_DAY])


def _row(hours: int) -> list[str]:
    return [
        f"{hours:,}",
        *(f"{workers_for(hours, peak, profile):,}" for profile in (GPU, CPU) for peak in PEAKS),
    ]
