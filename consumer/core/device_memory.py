"""What does the worker need to know of the memory that models live in?"""

from typing import Protocol


class DeviceMemory(Protocol):
    """The memory of a device as this process uses it. Only the device thread asks.

    Raises `DeviceDead`.
    """

    def capacity_bytes(self) -> int | None:
        """Return what all models together may take; None: no limit but their number.

        Asked once, at the start of the worker.
        """

    def used_bytes(self) -> int:
        """Return what is in use, once what is merely kept for later is given back.

        From here on the peak counts anew.
        """

    def peak_bytes(self) -> int:
        """Return the most that was in use since `used_bytes` was last asked."""


class Unmeasured:
    """Memory that nobody looks at: models then differ by when they were used alone."""

    def capacity_bytes(self) -> None:
        return None

    def used_bytes(self) -> int:
        return 0

    def peak_bytes(self) -> int:
        return 0
