"""How does a test have an operation whose model does what the test says?"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from threading import Event

from consumer.core.errors import JobError
from consumer.core.model import CatalogueModel
from consumer.core.ports import Answer
from consumer.core.work import Prepared
from schemas.diarization import DiarizationResult
from schemas.result import StoredResult

Answers = Callable[[Sequence[Prepared]], Sequence[Answer | JobError]]


def one_speaker(batch: Sequence[Prepared]) -> Sequence[Answer]:
    """The same speaker from the beginning to the end of each recording."""
    return [
        Answer(DiarizationResult.of([(0.0, p.seconds, "SPEAKER_00")], None, round(p.seconds, 3)))
        for p in batch
    ]


@dataclass(slots=True)
class FakeModel:
    """A loaded model; remembers its batches."""

    answers: Answers = one_speaker
    batches: list[list[Prepared]] = field(default_factory=list)
    unloaded: Event = field(default_factory=Event)

    def run(self, batch: Sequence[Prepared]) -> Sequence[Answer | JobError]:
        self.batches.append(list(batch))
        return self.answers(batch)

    def unload(self) -> None:
        self.unloaded.set()


@dataclass(slots=True)
class FakeOperation:
    """The `Operation` port; `failures` name models that cannot be loaded."""

    answers: Answers = one_speaker
    failures: dict[str, Exception] = field(default_factory=dict)
    loaded: list[tuple[str, FakeModel]] = field(default_factory=list)
    engine_version: int = 1

    def load(self, model: CatalogueModel) -> FakeModel:
        if model.name in self.failures:
            raise self.failures[model.name]
        self.loaded.append((model.name, FakeModel(self.answers)))
        return self.loaded[-1][1]

    def render(self, format_name: str, stored: StoredResult) -> bytes:
        if format_name != "rttm":
            raise ValueError(format_name)
        return f"{format_name} of {stored.job_id}".encode()

    @property
    def batches(self) -> list[list[Prepared]]:
        """Every batch of every model, in the order in which the models were loaded."""
        return [batch for _, model in self.loaded for batch in model.batches]
