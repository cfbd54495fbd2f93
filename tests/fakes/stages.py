"""How does a test finish jobs when it pleases?"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from consumer.core.model import Message
from consumer.core.offsets import Ticket
from consumer.core.work import Completion

RESULTS_TOPIC = "results"


@dataclass(slots=True)
class FakeStages:
    """The `Stages` of the loop without any work: a job ends when the test says so."""

    working: list[Ticket] = field(default_factory=list)
    finished: list[Completion] = field(default_factory=list)

    @property
    def in_flight(self) -> int:
        return len(self.working) + len(self.finished)

    def submit(self, ticket: Ticket) -> None:
        self.working.append(ticket)

    def finish(self, index: int = 0) -> Completion:
        """End one of the jobs under way."""
        completion = completion_of(self.working.pop(index))
        self.finished.append(completion)
        return completion

    def finish_all(self) -> list[Completion]:
        return [self.finish() for _ in range(len(self.working))]

    def completions(self) -> Iterator[Completion]:
        while self.finished:
            yield self.finished.pop(0)


def completion_of(ticket: Ticket) -> Completion:
    """A success that one message tells of, whose key is the record's position."""
    record = ticket.record
    message = Message(RESULTS_TOPIC, f"{record.partition}/{record.offset}".encode(), b"{}", ())
    return Completion(ticket, (message,), "diarize", "succeeded", None, f"job-{record.offset}")
