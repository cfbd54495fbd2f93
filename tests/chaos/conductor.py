"""How do faults begin and end on time while workers are minded?"""

import sys
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from tests.chaos import catalogue
from tests.chaos.faults import Fault
from tests.chaos.schedule import Strike
from tests.chaos.world import World

_TICK_SECONDS = 0.1


@dataclass(slots=True)
class Conductor:
    """Plays a schedule, on one thread, since servers die with the thread that started them."""

    world: World
    strikes: Sequence[Strike]
    faults: Counter[str] = field(default_factory=Counter)
    """How many of each kind have struck."""
    _active: list[tuple[Strike, Fault]] = field(default_factory=list)

    def play(self, seconds: float) -> None:
        """Let everything happen; at the end nothing is disturbed any more."""
        started = time.monotonic()
        coming = list(self.strikes)
        while (now := time.monotonic() - started) < seconds or self._active:
            while coming and coming[0].begins <= now:
                self._begin(coming.pop(0), now)
            self._end_those_before(now)
            for _, fault in self._active:
                fault.tick()
            self.rest(_TICK_SECONDS)

    def rest(self, seconds: float) -> None:
        """Wait, and start again whoever ends meanwhile."""
        for site in self.world.sites:
            site.fleet.mind()
        time.sleep(seconds)

    def _begin(self, strike: Strike, now: float) -> None:
        fault = catalogue.fault(self.world, strike)
        _say(f"{now:7.1f} s  {strike.kind} ({strike.target}), {strike.ends - strike.begins:.1f} s")
        self.faults[strike.kind] += 1
        self._active.append((strike, fault))
        fault.begin()

    def _end_those_before(self, now: float) -> None:
        for strike, fault in [one for one in self._active if one[0].ends <= now]:
            self._active.remove((strike, fault))
            fault.end()


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()
