"""How long does a job wait that failed and may heal, and when is it given up?"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class RetryPolicy:
    """One delay for each further attempt; a job that has spent them all is given up."""

    delays_seconds: tuple[float, ...]
    jitter: float = 0.2
    """By which share of itself a delay may be shorter or longer: what failed together parts."""

    def delay(self, attempts_spent: int, chance: float) -> float | None:
        """Return the seconds until the next attempt, or None: there is none.

        `attempts_spent` counts those before the one that has just failed; `chance` is in [0, 1].
        """
        if attempts_spent >= len(self.delays_seconds):
            return None
        return self.delays_seconds[attempts_spent] * (1 + self.jitter * (2 * chance - 1))
