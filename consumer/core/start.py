"""Where does a new owner of a partition begin to read?"""

from dataclasses import dataclass

from consumer.core.model import Commit, Partition
from consumer.core.progress import Progress


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
