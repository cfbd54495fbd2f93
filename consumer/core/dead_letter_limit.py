"""Do so many jobs fail that the worker should stop taking more, instead of failing them all?"""

from collections import deque

HEALING_RESULTS = 10
"""So many of the trickle tell that it is over."""
HEALING_SHARE = 0.5
"""They may fail half as often as it takes to trip: at the limit itself it would trip again."""


class DeadLetterLimit:
    """Looks at the last results; trips on too many failures and heals on few."""

    def __init__(self, percent: float, window: int = 100, least: int = 50) -> None:
        self._percent = percent
        self._least = least
        self._window = window
        self._recent: deque[bool] = deque(maxlen=window)
        self._tripped = False

    @property
    def tripped(self) -> bool:
        """Whether only one job at a time should be begun, to see how it ends."""
        return self._tripped

    def settled(self, failed: bool) -> None:
        """Note how a job ended."""
        self._recent.append(failed)
        if self._tripped:
            self._change(to=len(self._recent) < HEALING_RESULTS or self._too_many(HEALING_SHARE))
        else:
            self._change(to=len(self._recent) >= self._least and self._too_many())

    def _too_many(self, share: float = 1.0) -> bool:
        return 100 * sum(self._recent) > share * self._percent * len(self._recent)

    def _change(self, to: bool) -> None:
        """Judge each state by its own results alone."""
        if to is not self._tripped:
            self._tripped = to
            self._recent = deque(maxlen=HEALING_RESULTS if to else self._window)
