"""How does a test finish jobs when it pleases?"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from consumer.core.model import Message
from consumer.core.offsets import Ticket
from consumer.core.work import Completion, Setback
from tests.fakes.tracing import RecordingSpan

RESULTS_TOPIC = "results"


@dataclass(slots=True)
class FakeStages:
    """The `Stages` of the loop without any work: a job ends when the test says so."""

    working: list[Ticket] = field(default_factory=list)
    finished: list[Completion] = field(default_factory=list)
    on_device: list[Ticket] = field(default_factory=list)
    nearly_done: list[Ticket] = field(default_factory=list)
    store_answered: bool = False
    audio_seconds: float = 0.0
    held_bytes: int = 0
    hurried: bool = False

    def hurry(self) -> None:
        self.hurried = True

    def has_store_answered(self) -> bool:
        answered, self.store_answered = self.store_answered, False
        return answered

    def submit(self, ticket: Ticket) -> None:
        self.working.append(ticket)

    def finish(self, index: int = 0, setback: Setback | None = None) -> Completion:
        """End one of the jobs under way; with a setback it is to be tried again."""
        completion = completion_of(self.working.pop(index), setback)
        self.finished.append(completion)
        return completion

    def finish_all(self) -> list[Completion]:
        return [self.finish() for _ in range(len(self.working))]

    def completions(self) -> Iterator[Completion]:
        while self.finished:
            yield self.finished.pop(0)


def completion_of(ticket: Ticket, setback: Setback | None = None) -> Completion:
    """A success, or a failure, that one message tells of, whose key is the record's position."""
    record = ticket.record
    message = Message(RESULTS_TOPIC, f"{record.partition}/{record.offset}".encode(), b"{}", ())
    status, code = ("failed", setback.code) if setback else ("succeeded", None)
    return Completion(
        ticket=ticket,
        messages=(message,),
        operation="diarize",
        status=status,
        code=code,
        job_id=f"job-{record.offset}",
        span=RecordingSpan(),
        setback=setback,
        store_answered=setback is None,
    )


def larger(completion: Completion) -> Completion:
    """The same completion with a message of three bytes instead of two."""
    messages = tuple(replace(message, value=b"{ }") for message in completion.messages)
    return replace(completion, messages=messages)
