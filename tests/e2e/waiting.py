"""How does a story wait for what another process will do?"""

import time
from collections.abc import Callable

_PROBE_SECONDS = 0.05


def wait_until(happened: Callable[[], bool], seconds: float, what: str) -> None:
    """Return as soon as it has happened; fails with `what` when it has not in so many seconds."""
    deadline = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < deadline, f"{what}: not within {seconds:.0f} s"
        time.sleep(_PROBE_SECONDS)
