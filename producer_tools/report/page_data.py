"""Say what the page shows of a job, as plain values that any view can draw."""

from collections.abc import Iterator
from dataclasses import dataclass

from producer_tools.report.document import Document
from producer_tools.report.downloads import Download, downloads
from schemas.diarization import DiarizationResult
from schemas.result import Answer, Result
from schemas.wire import format_time


@dataclass(frozen=True, slots=True)
class Fact:
    """A line about the job."""

    name: str
    value: str


@dataclass(frozen=True, slots=True)
class Failure:
    """Why there is no answer, and after how many attempts."""

    code: str
    message: str
    retryable: bool
    attempts: int | None


@dataclass(frozen=True, slots=True)
class Speaker:
    """One lane; `share` is of all that is spoken, in overlaps by each."""

    label: str
    seconds: float
    share: float
    turns: int


@dataclass(frozen=True, slots=True)
class SpokenTurn:
    """A stretch of a lane, in seconds; `speaker` counts lanes from 0."""

    start: float
    end: float
    speaker: int


@dataclass(frozen=True, slots=True)
class Sound:
    """What the browser plays, and what it draws instead of decoding it."""

    source: str
    """A data: URL, or a path relative to the page."""
    peaks: tuple[int, ...]
    """Levels up to 255 at even distances; empty without a waveform."""
    duration_seconds: float | None = None
    """How long it is, where that is known."""
    sha256: str | None = None
    """Of its bytes, to tell whether they are those that were asked about."""


@dataclass(frozen=True, slots=True)
class PageData:
    """Everything on the page."""

    name: str
    status: str
    operation: str | None
    facts: tuple[Fact, ...]
    warnings: tuple[Fact, ...]
    failure: Failure | None
    timings: tuple[Fact, ...]
    duration_seconds: float
    speakers: tuple[Speaker, ...]
    turns: tuple[SpokenTurn, ...] | None
    """None where the answer has no turns to show; empty when nobody spoke."""
    downloads: tuple[Download, ...]
    sound: Sound | None

    @classmethod
    def of(cls, document: Document, sound: Sound | None = None) -> "PageData":
        """Put together what a document says."""
        answer = document.answer
        spoken = answer.result if isinstance(answer.result, DiarizationResult) else None
        duration = _duration(answer, sound)
        return cls(
            name=document.name,
            status=answer.status,
            operation=answer.operation,
            facts=tuple(Fact(*fact) for fact in _facts(answer)),
            warnings=tuple(Fact(*warning) for warning in _warnings(answer, sound)),
            failure=_failure(answer),
            timings=tuple(Fact(*timing) for timing in _timings(answer)),
            duration_seconds=duration,
            speakers=_speakers(spoken) if spoken else (),
            turns=_turns(spoken) if spoken else None,
            downloads=tuple(downloads(document, spoken, duration)),
            sound=sound,
        )


def _duration(answer: Answer, sound: Sound | None) -> float:
    """Take the worker's word; else the sound's, else the end of what was said."""
    found = answer.audio.duration_seconds if answer.audio else None
    heard = sound.duration_seconds if sound else None
    return found or heard or (answer.result.end_seconds if answer.result else 0.0)


def _facts(answer: Answer) -> Iterator[tuple[str, str]]:
    if answer.audio:
        yield "audio", str(answer.audio.uri)
    if answer.audio and answer.audio.channel is not None:
        yield "channel", str(answer.audio.channel)
    if answer.model:
        yield "model", answer.model.name
    if answer.params:
        for name, value in answer.params.model_dump(mode="json", exclude_none=True).items():
            yield name, f"{len(value)} given" if isinstance(value, list) else str(value)
    if isinstance(answer, Result):
        yield "completed", format_time(answer.completed_at)
        yield "worker", answer.worker
        yield "message", str(answer.origin.position)
        yield from answer.metadata.items()


def _warnings(answer: Answer, sound: Sound | None) -> Iterator[tuple[str, str]]:
    for each in answer.warnings:
        yield each.code, each.message
    asked = answer.audio.sha256 if answer.audio else None
    if asked and sound and sound.sha256 and sound.sha256 != asked:
        yield "another recording", "what plays here is not the file that the job was about"


def _failure(answer: Answer) -> Failure | None:
    error = answer.error
    if error is None:
        return None
    attempts = answer.attempt if isinstance(answer, Result) else None
    return Failure(error.code, error.message, error.retryable, attempts)


def _timings(answer: Answer) -> Iterator[tuple[str, str]]:
    if isinstance(answer, Result):
        for stage, seconds in answer.timings:
            if seconds is not None:
                yield stage.replace("_", " "), f"{seconds:.3f} s"


def _speakers(spoken: DiarizationResult) -> tuple[Speaker, ...]:
    together = sum(each.speech_seconds for each in spoken.speakers) or 1.0
    return tuple(
        Speaker(each.speaker, each.speech_seconds, each.speech_seconds / together, each.turns)
        for each in spoken.speakers
    )


def _turns(spoken: DiarizationResult) -> tuple[SpokenTurn, ...]:
    lanes = {each.speaker: number for number, each in enumerate(spoken.speakers)}
    return tuple(
        SpokenTurn(turn.start, turn.end, lanes[turn.speaker]) for turn in spoken.diarization
    )
