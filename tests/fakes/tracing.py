"""How does a test know what became of a job's span?"""

from dataclasses import dataclass, field

from consumer.core.work import Completion


@dataclass(slots=True)
class RecordingSpan:
    """A `JobSpan` that remembers how it ended."""

    traceparent: bytes | None = None
    ends: list[str] = field(default_factory=list)

    def published(self) -> None:
        self.ends.append("published")

    def given_up(self) -> None:
        self.ends.append("given up")


def ends_of(completion: Completion) -> list[str]:
    """How the span of one of the fakes' completions ended."""
    assert isinstance(completion.span, RecordingSpan)
    return completion.span.ends
