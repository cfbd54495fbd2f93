"""How does a test have an operation whose model does what the test says?"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from threading import Event

from consumer.core.errors import JobError
from consumer.core.model import CatalogueModel
from consumer.core.ports import Answer
from consumer.core.steps import Steps, given, refused
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
    steps_before: Mapping[float, int] = field(default_factory=dict)
    on_step: Callable[[], object] = lambda: None
    batches: list[list[Prepared]] = field(default_factory=list)
    unloaded: Event = field(default_factory=Event)

    def run(self, batch: Sequence[Prepared]) -> Steps[Answer]:
        self.batches.append(list(batch))
        for _ in range(self.steps_before.get(batch[0].seconds, 0)):
            self.on_step()
            yield ()
        for number, answer in enumerate(self.answers(batch)):
            yield [(number, refused(answer) if isinstance(answer, JobError) else given(answer))]

    def unload(self) -> None:
        self.unloaded.set()


@dataclass(slots=True)
class FakeOperation:
    """The `Operation` port; `failures` name models that cannot be loaded."""

    answers: Answers = one_speaker
    failures: dict[str, Exception] = field(default_factory=dict)
    steps_before: Mapping[float, int] = field(default_factory=dict)
    """How many steps a batch takes before its first answer, by the length of its first item."""
    on_step: Callable[[], object] = lambda: None
    loaded: list[tuple[str, FakeModel]] = field(default_factory=list)
    engine_version: int = 1
    formats: Mapping[str, str] = field(
        default_factory=lambda: {"rttm": "text/plain; charset=utf-8"}
    )

    def load(self, model: CatalogueModel) -> FakeModel:
        if model.name in self.failures:
            raise self.failures[model.name]
        loaded = FakeModel(self.answers, self.steps_before, self.on_step)
        self.loaded.append((model.name, loaded))
        return self.loaded[-1][1]

    def render(self, format_name: str, stored: StoredResult) -> bytes:
        if format_name != "rttm":
            raise ValueError(format_name)
        return f"{format_name} of {stored.job_id}".encode()

    @property
    def batches(self) -> list[list[Prepared]]:
        """Every batch of every model, in the order in which the models were loaded."""
        return [batch for _, model in self.loaded for batch in model.batches]
