"""How much silence belongs between two pieces of a recording?

Decoders hand out pieces with the time at which each is to be heard. A track that starts after its
file does, or that lost a part, would otherwise shift every later turn.
"""

from dataclasses import dataclass

TOLERANCE_SECONDS = 0.1
"""Encoder delay, rounded time stamps and drift stay below it."""


@dataclass(slots=True)
class Timeline:
    """Follows the pieces of one track; times in seconds of the file's own clock."""

    due: float | None
    """When the next sample is due; null: whenever the first piece comes."""
    end: float
    """No silence reaches beyond it: a broken time stamp is no recording of ten days."""

    def silence_before(self, at: float | None, duration: float) -> float:
        """Place the next piece and return the seconds of silence that precede it."""
        due = self.due if self.due is not None else (at or 0.0)
        gap = 0.0 if at is None or at > self.end else at - due
        if gap < -TOLERANCE_SECONDS:
            # The clock was set back, as where one Ogg stream follows another: go on from there.
            due += gap
        silence = gap if gap > TOLERANCE_SECONDS else 0.0
        self.due = due + silence + duration
        return silence
