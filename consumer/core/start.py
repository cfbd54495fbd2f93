"""Where does a new owner of a partition begin to read?"""

from dataclasses import dataclass

from consumer.core.errors import PartitionRefused
from consumer.core.model import Commit, Partition
from schemas.commit_metadata import MetadataUnreadable, Progress, decode


@dataclass(frozen=True, slots=True)
class Start:
    """The first state of an assignment."""

    partition: Partition
    position: int
    """The first offset to be delivered."""
    progress: Progress
    """What the last owner left."""
    committed: Commit | None = None
    """As the coordinator keeps it; None: the group has never committed here."""
    lost: range = range(0)
    """Offsets that retention removed before anybody had finished them."""


def starting_point(partition: Partition, committed: Commit | None, log: range) -> Start:
    """Decide where to begin in a log that reaches from its start up to its end.

    Raises `PartitionRefused` where any choice would lose or repeat jobs.
    """
    if committed is None:
        return Start(partition, log.start, Progress(log.start))
    progress = _progress(partition, committed)
    if max(committed.offset, progress.end) > log.stop:
        raise _beyond_the_end(partition, committed, progress, log)
    if committed.offset < log.start:
        lost = range(committed.offset, log.start)
        return Start(partition, log.start, _kept(progress, log.start), committed, lost)
    return Start(partition, committed.offset, progress, committed)


def _progress(partition: Partition, committed: Commit) -> Progress:
    try:
        return decode(committed.offset, committed.metadata)
    except MetadataUnreadable as error:
        raise PartitionRefused(f"{partition} at offset {committed.offset}: {error}") from error


def _kept(progress: Progress, log_start: int) -> Progress:
    """Forget what retention has removed."""
    still_open = {offset: mark for offset, mark in progress.open.items() if offset >= log_start}
    return Progress(max(progress.end, log_start), still_open)


def _beyond_the_end(
    partition: Partition, committed: Commit, progress: Progress, log: range
) -> PartitionRefused:
    reach = f" and knows of jobs up to {progress.end}" if progress.end > committed.offset else ""
    return PartitionRefused(
        f"{partition}: the group committed offset {committed.offset}{reach}, and the log ends at "
        f"{log.stop}. It was truncated, or its topic was created anew, and which jobs are done "
        "only a human can know: reset the group's offsets of the partition, or use another group"
    )
