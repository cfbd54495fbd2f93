"""Say what the tools send and read."""

from dataclasses import dataclass
from datetime import UTC, datetime

from schemas.headers import Headers
from schemas.position import Position


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A message to be sent."""

    key: bytes | None
    value: bytes
    headers: Headers = ()


@dataclass(frozen=True, slots=True)
class Incoming:
    """A message as it was read."""

    position: Position
    timestamp_ms: int
    key: bytes | None
    value: bytes | None
    headers: Headers

    @property
    def written_at(self) -> datetime:
        """When the broker or the producer says it was written, in UTC."""
        return datetime.fromtimestamp(self.timestamp_ms / 1000, UTC)
