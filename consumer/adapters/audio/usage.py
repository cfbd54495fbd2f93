"""What does a decoder child use of the machine?"""

import os
import resource

_MOST_BYTES = 4096
"""Both are one short line."""


class Usage:
    """Reads the kernel's account of one process, through descriptors that stay open.

    It is asked before and after each file; opening and parsing by name costs ten times as much. A
    descriptor goes with its process: of one that is gone it never tells another's figures.
    """

    def __init__(self, pid: int) -> None:
        """Raises OSError where there is no such process."""
        self._memory = os.open(f"/proc/{pid}/statm", os.O_RDONLY | os.O_CLOEXEC)
        self._processor = os.open(f"/proc/{pid}/stat", os.O_RDONLY | os.O_CLOEXEC)

    def close(self) -> None:
        """Give the descriptors back."""
        os.close(self._memory)
        os.close(self._processor)

    @property
    def resident_bytes(self) -> int:
        """Memory that is its own or shared (field 2 of statm); 0 once it is gone."""
        try:
            fields = os.pread(self._memory, _MOST_BYTES, 0).split()
        except ProcessLookupError:
            return 0
        return int(fields[1]) * resource.getpagesize() if fields else 0

    @property
    def cpu_seconds(self) -> float:
        """Processor time so far, user and system (fields 14 and 15 of stat).

        Raises ProcessLookupError once it is gone.
        """
        # The name in parentheses may hold blanks and parentheses itself: count from its end.
        fields = os.pread(self._processor, _MOST_BYTES, 0).rpartition(b")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
