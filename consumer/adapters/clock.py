"""What time is it?"""

import time
from datetime import UTC, datetime


class SystemClock:
    """The `Clock` port on this machine's clocks."""

    def monotonic(self) -> float:
        return time.monotonic()

    def sleep(self, seconds: float) -> None:
        time.sleep(seconds)

    def utc(self) -> datetime:
        return datetime.now(UTC)
