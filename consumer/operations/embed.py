"""What does an `embed` job ask of its model, and what becomes of the voices?"""

from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from math import ceil, fsum
from types import MappingProxyType
from typing import Protocol

from consumer.core.errors import AudioEmpty, JobError, RangeImpossible
from consumer.core.model import SAMPLE_RATE, CatalogueModel, Waveform
from consumer.core.ports import Answer
from consumer.core.steps import Steps, refused
from consumer.core.work import Prepared
from schemas.codes import WarningCode
from schemas.embedding import EmbedParams, EmbedResult, Voiceprint
from schemas.result import ResultWarning, StoredResult

ENGINE_VERSION = 1
LONGEST_PART_SAMPLES = 60 * SAMPLE_RATE
"""What the network hears at once: its memory grows with it, and nobody else has the device."""
NAMED_RANGES = 10
"""In a warning; it may be about a thousand."""

Vector = tuple[float, ...]


class Embedder(Protocol):
    """A loaded embedding network. Only the device thread touches it."""

    @property
    def dimension(self) -> int: ...
    def embed(self, samples: memoryview) -> Vector | None:
        """Say what the voice in at most 60 s sounds like; None: too short for a voice.

        Raises `OutOfMemory`, `DeviceDead`.
        """

    def unload(self) -> None:
        """Give back the memory of the device."""


LoadEmbedder = Callable[[CatalogueModel], Embedder]
"""Loads the embedding network of a model of the catalogue; raises `ModelUnavailable`."""


@dataclass(frozen=True, slots=True)
class Span:
    """What one entry of the answer is about."""

    start: float
    end: float
    """Seconds; never beyond the end of the recording."""
    is_cut: bool = False
    """Whether the range was to reach beyond the end."""


@dataclass(frozen=True, slots=True)
class Excerpt:
    """Where to listen."""

    span: Span
    parts: tuple[memoryview, ...]
    """Its samples, in pieces that fit on the device."""


class EmbeddingModel:
    """An embedding network that speaks the language of jobs."""

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder

    def run(self, batch: Sequence[Prepared]) -> Steps[Answer]:
        for number in range(len(batch)):  # a recording that is told of is held by nobody
            conclude = yield from self._heard(batch[number])
            yield [(number, conclude)]

    def unload(self) -> None:
        self._embedder.unload()

    def _heard(self, prepared: Prepared) -> "Hearing":
        """Embed part after part; others may take their turn after each."""
        params = prepared.task.job.params_as(EmbedParams)
        try:
            asked = excerpts(params, prepared.waveform)
        except JobError as error:
            return refused(error)
        heard: list[list[Vector | None]] = []
        for excerpt in asked:
            heard.append([])
            for part in excerpt.parts:
                heard[-1].append(self._embedder.embed(part))
                yield []
        spans = [excerpt.span for excerpt in asked]
        return partial(_answer, spans, heard, self._embedder.dimension)


Hearing = Generator[list[tuple[int, Callable[[], Answer]]], None, Callable[[], Answer]]
"""Says nothing of any recording, and returns how the one that was heard is concluded."""


class Embed:
    """The operation `embed`: what voices sound like."""

    engine_version = ENGINE_VERSION
    formats: Mapping[str, str] = MappingProxyType({})

    def __init__(self, load: LoadEmbedder) -> None:
        self._load = load

    def load(self, model: CatalogueModel) -> EmbeddingModel:
        return EmbeddingModel(self._load(model))

    def render(self, format_name: str, stored: StoredResult) -> bytes:
        raise ValueError(f"{stored.operation} has no format {format_name!r}")


def excerpts(params: EmbedParams, waveform: Waveform) -> list[Excerpt]:
    """Find what the ranges mean in a recording, in their order.

    Raises `AudioEmpty`, `RangeImpossible` for a range that begins where the recording has ended.
    """
    length = round(waveform.seconds, 3)
    if not length:
        raise AudioEmpty("the recording is shorter than a millisecond")
    if params.ranges is None:
        return [_excerpt(0.0, length, waveform)]
    beyond = [number for number, each in enumerate(params.ranges) if each.start >= length]
    if beyond:
        named = _named("params.ranges", beyond)
        raise RangeImpossible(f"{named}: to begin where the audio has ended, at {length} s")
    return [_excerpt(each.start, each.end, waveform) for each in params.ranges]


def _excerpt(start: float, end: float, waveform: Waveform) -> Excerpt:
    length = round(waveform.seconds, 3)
    first = round(start * SAMPLE_RATE)
    # A recording need not end at a whole millisecond, and no sample of it is to be lost.
    last = len(waveform.samples) if end >= length else round(end * SAMPLE_RATE)
    parts = tuple(_parts(waveform.samples[first:last]))
    return Excerpt(Span(start, min(end, length), is_cut=end > length), parts)


def _parts(samples: memoryview) -> Iterator[memoryview]:
    """Cut into as few parts as can be, all of the same length to within a sample."""
    count = max(1, ceil(len(samples) / LONGEST_PART_SAMPLES))
    borders = [len(samples) * number // count for number in range(count + 1)]
    return (samples[first:last] for first, last in pairwise(borders))


def _answer(
    spans: Sequence[Span], heard: Sequence[Sequence[Vector | None]], dimension: int
) -> Answer:
    voices = tuple(
        Voiceprint.of(span.start, span.end, _mean(vectors))
        for span, vectors in zip(spans, heard, strict=True)
    )
    result = EmbedResult(dimension=dimension, embeddings=voices)
    return Answer(result, tuple(_warnings(spans, voices)))


def _mean(vectors: Sequence[Vector | None]) -> Vector | None:
    """Average the parts of one excerpt; they are equally long, so too short is none or all."""
    known = [vector for vector in vectors if vector is not None]
    if not known:
        return None
    return tuple(fsum(numbers) / len(known) for numbers in zip(*known, strict=True))


def _warnings(spans: Iterable[Span], voices: Iterable[Voiceprint]) -> Iterator[ResultWarning]:
    cut = [number for number, span in enumerate(spans) if span.is_cut]
    short = [number for number, voice in enumerate(voices) if voice.vector is None]
    for numbers, fact in ((cut, "cut at the end of the audio"), (short, "too short for a voice")):
        if numbers:
            message = f"{_named('embeddings', numbers)}: {fact}"
            yield ResultWarning.of(WarningCode.RANGE_IMPOSSIBLE, message)


def _named(listed: str, numbers: Sequence[int]) -> str:
    named = ", ".join(f"{listed}[{number}]" for number in numbers[:NAMED_RANGES])
    others = len(numbers) - NAMED_RANGES
    return f"{named} and {others} more" if others > 0 else named
