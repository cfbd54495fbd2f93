"""How does a test come to own a partition, afresh or after somebody else?"""

from collections.abc import Mapping

from consumer.core.model import Commit, Partition
from consumer.core.offsets import Ledger, Ticket
from consumer.core.start import Start, starting_point
from schemas.commit_metadata import Mark, Progress, encode
from tests.fakes.jobs import PARTITION, record


def admitted(ledger: Ledger, *offsets: int) -> list[Ticket]:
    """Deliver these records; the tickets of those that are to be done."""
    tickets = [ledger.admit(record(b"{}", offset)) for offset in offsets]
    return [ticket for ticket in tickets if ticket is not None]


def owner_of(*partitions: Partition) -> Ledger:
    """Owns them for a group that has never committed."""
    ledger = Ledger()
    for partition in partitions:
        ledger.begin(Start(partition, 0, Progress(0)))
    return ledger


def heir_of(commit: Commit, log: range = range(1000)) -> Ledger:
    """Owns the partition next."""
    ledger = Ledger()
    ledger.begin(starting_point(PARTITION, commit, log))
    return ledger


def left(offset: int, end: int, marks: Mapping[int, Mark]) -> Commit:
    """What the last owner committed: done up to `end`, but for what is marked."""
    return Commit(offset, encode(offset, Progress(end, marks)))


def commit_of(ledger: Ledger, partition: Partition = PARTITION) -> Commit:
    """What is to be committed for it."""
    return ledger.commits()[partition]
