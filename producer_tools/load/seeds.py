"""Give each decision its own random numbers, so that changing one leaves the others as they are."""

from random import Random


def random_numbers(seed: int, purpose: str) -> Random:
    """Draw the same numbers for the same seed and purpose, on every machine."""
    return Random(f"{seed} {purpose}")  # noqa: S311 - chooses jobs, protects nothing
