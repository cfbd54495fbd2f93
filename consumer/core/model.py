"""What are the nouns that the stages of the worker hand to one another?"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from schemas.headers import Headers
from schemas.result import ResultWarning

SAMPLE_RATE = 16_000
"""Hz of every decoded waveform: what the models were trained on."""


@dataclass(frozen=True, slots=True, order=True)
class Partition:
    """One partition of one topic."""

    topic: str
    number: int

    def __str__(self) -> str:
        return f"{self.topic}/{self.number}"


@dataclass(frozen=True, slots=True)
class Record:
    """One message as it was read: the job's identity and its original bytes."""

    partition: Partition
    offset: int
    timestamp_ms: int
    key: bytes | None
    value: bytes | None
    headers: Headers = ()


@dataclass(frozen=True, slots=True)
class Message:
    """One message to be published."""

    topic: str
    key: bytes | None
    value: bytes | None
    headers: Headers


@dataclass(frozen=True, slots=True)
class Commit:
    """How far a group has come in a partition, as its coordinator keeps it."""

    offset: int
    """The next one to read: the lowest that is not finished."""
    metadata: str = ""
    """What is known beyond it; see `schemas.commit_metadata`."""


@dataclass(frozen=True, slots=True)
class Publication:
    """What goes out together: messages, and per partition how far it has come with them."""

    messages: tuple[Message, ...]
    commits: Mapping[Partition, Commit]


@dataclass(frozen=True, slots=True)
class Waveform:
    """Mono float32 samples at 16 kHz.

    The buffer is shared with whoever decoded it and never written.
    """

    samples: memoryview
    """Shape (samples,), format "f"."""

    @property
    def seconds(self) -> float:
        return len(self.samples) / SAMPLE_RATE


@dataclass(frozen=True, slots=True)
class DecodedAudio:
    """A waveform, and what its listener should know about how it was obtained."""

    waveform: Waveform
    warnings: tuple[ResultWarning, ...] = ()


@dataclass(frozen=True, slots=True)
class SpeakerBounds:
    """How many speakers a recording may have; null means unknown."""

    num_speakers: int | None = None
    min_speakers: int | None = None
    max_speakers: int | None = None


@dataclass(frozen=True, slots=True)
class Recording:
    """One recording of a device batch: a waveform and what is asked about it."""

    waveform: Waveform
    bounds: SpeakerBounds = field(default_factory=SpeakerBounds)


@dataclass(frozen=True, slots=True, order=True)
class SpeakerTurn:
    """Somebody speaks from start to end, in seconds of the recording."""

    start: float
    end: float
    speaker: str


@dataclass(frozen=True, slots=True)
class Diarization:
    """Who spoke when, sorted by start, end, speaker.

    `exclusive` never overlaps (null: the model has none). `voices` are embeddings, one per speaker
    of whom enough was heard.
    """

    turns: tuple[SpeakerTurn, ...]
    exclusive: tuple[SpeakerTurn, ...] | None
    warnings: tuple[ResultWarning, ...] = ()
    voices: Mapping[str, tuple[float, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class CatalogueModel:
    """A model that jobs may name: where it comes from and what it must hash to."""

    name: str
    """What a job says, e.g. `pyannote/speaker-diarization-3.1`."""
    id: str
    """Hub id, or the name under which a local directory reports itself."""
    revision: str | None = None
    """Pinned commit of the hub repository; null for a directory."""
    directory: str | None = None
    """Local pipeline directory; null: fetched from the hub."""
    sha256: str | None = None
    """Digest of all model files (`turnstream-worker digest DIR` prints it); null: not checked."""


@dataclass(frozen=True, slots=True)
class ObjectIdentity:
    """Which bytes an open object holds, as its store names them."""

    etag: str
    """Without quotes."""
    version_id: str | None
    size_bytes: int
