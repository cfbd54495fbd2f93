"""Say from when until when something is, in the time of the audio track."""

from typing import Self

from pydantic import model_validator

from schemas.wire import Seconds, WireModel


class TimeRange(WireModel):
    """From `start` until `end`, in seconds from the audio track's beginning."""

    start: Seconds
    """Seconds from presentation time 0 of the audio track."""
    end: Seconds
    """Seconds from presentation time 0 of the audio track; after start."""

    @model_validator(mode="after")
    def _ends_after_it_starts(self) -> Self:
        if self.start >= self.end:
            raise ValueError("must end after it starts")
        return self
