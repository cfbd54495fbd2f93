"""How is a recording cut into the windows that the networks see?"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Windowing:
    """Windows of a fixed length that slide over a recording; the last is filled up with zeros."""

    samples: int
    """Length of a window."""
    step: int
    """Samples from the start of one window to the start of the next."""

    def count(self, samples: int) -> int:
        """Return how many windows cover a recording of so many samples: at least one."""
        beyond_the_first = max(0, samples - self.samples)
        return 1 + -(-beyond_the_first // self.step)
