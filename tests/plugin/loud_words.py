"""What is said in a recording, if every loud moment were the next word of a list?"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import cycle
from typing import Annotated, ClassVar

from pydantic import Field

from consumer.operations.plugin import (
    Answer,
    CatalogueModel,
    ModelUnavailable,
    OperationContext,
    OperationParams,
    OperationResult,
    Prepared,
    Seconds,
    Steps,
    StoredResult,
    Waveform,
    WireModel,
    one_by_one,
)

MOMENT_SECONDS = 0.25
SAMPLE_RATE = 16_000


class TranscribeParams(OperationParams):
    """What a job may say."""

    loudness: Annotated[float, Field(gt=0, lt=1)] = 0.02
    """Mean amplitude from which on somebody speaks."""


class Word(WireModel):
    """A word, and when it is said."""

    start: Seconds
    end: Seconds
    word: str


class Transcript(OperationResult):
    """What a job is answered."""

    words: Annotated[tuple[Word, ...], Field(strict=False)]

    @property
    def end_seconds(self) -> float:
        """A result that reaches beyond its audio is refused."""
        return max((word.end for word in self.words), default=0.0)


class Listener:
    """A model on the device."""

    def __init__(self, vocabulary: Sequence[str]) -> None:
        self._vocabulary = vocabulary

    def run(self, batch: Sequence[Prepared]) -> Steps[Answer]:
        """Answer a batch in steps; between two of them other models have the device."""
        return one_by_one(self._answer, batch)

    def unload(self) -> None:
        """Drop every reference to what is on the device."""
        self._vocabulary = ()

    def _answer(self, prepared: Prepared) -> Answer:
        params = prepared.task.job.params_as(TranscribeParams)
        words = zip(_loud(prepared.waveform, params.loudness), cycle(self._vocabulary))
        return Answer(
            Transcript(words=tuple(Word(start=a, end=b, word=word) for (a, b), word in words))
        )


class Transcribe:
    """The operation: what its entry point names."""

    engine_version = 1
    params = TranscribeParams
    result = Transcript
    formats: ClassVar[Mapping[str, str]] = {"txt": "text/plain; charset=utf-8"}
    default_model = "loud-words"

    def __init__(self, context: OperationContext) -> None:
        self._context = context

    def load(self, model: CatalogueModel) -> Listener:
        """Put a model on the device; here is the place for `import torch`."""
        file = self._context.directory(model) / "words.txt"
        try:
            return Listener(file.read_text("utf-8").split())
        except OSError as error:
            raise ModelUnavailable(f"{file} cannot be read: {error}") from error

    def render(self, format_name: str, stored: StoredResult) -> bytes:
        """Derive `txt` from what is stored."""
        words = stored.result.words if isinstance(stored.result, Transcript) else ()
        return (" ".join(word.word for word in words) + "\n").encode()


def _loud(waveform: Waveform, loudness: float) -> Iterator[tuple[float, float]]:
    step = round(MOMENT_SECONDS * SAMPLE_RATE)
    for first in range(0, len(waveform.samples), step):
        moment = waveform.samples[first : first + step]
        if sum(map(abs, moment)) / len(moment) >= loudness:
            yield first / SAMPLE_RATE, (first + len(moment)) / SAMPLE_RATE
