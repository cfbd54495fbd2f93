"""Compare what the worker found with what was really said."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from producer_tools.demo.jobs import DemoJob
from producer_tools.demo.scoring import (
    Turn,
    der,
    one_speaker_baseline,
    read_rttm,
    speaker_count,
)
from producer_tools.demo.waveform import SAMPLE_RATE, read_waveform
from schemas.codec import decode_stored
from schemas.diarization import DiarizationResult
from schemas.result import Result


@dataclass(frozen=True, slots=True)
class Recording:
    """A recording that was diarized, beside its reference; error rates as shares (1.0 = 100 %)."""

    name: str
    about: str
    duration_seconds: float
    reference: Sequence[Turn]
    found: Sequence[Turn]
    der: float
    one_speaker_baseline_der: float
    files: Sequence[Path]

    @property
    def speakers_found(self) -> int:
        """How many speakers the worker heard."""
        return speaker_count(self.found)

    @property
    def speakers_true(self) -> int:
        """How many there are."""
        return speaker_count(self.reference)


def compare(job: DemoJob, audio: Path, result: Result) -> Recording:
    """Score a success from the stored object, which is what downstream services read."""
    files = [Path(output.uri.path) for output in result.outputs]
    stored = decode_stored(next(path for path in files if path.suffix == ".json").read_bytes())
    if not isinstance(stored.result, DiarizationResult):
        raise TypeError(f"{job.name}: a {type(stored.result).__name__} is no diarization")
    found = [Turn(turn.start, turn.end, turn.speaker) for turn in stored.result.diarization]
    waveform = read_waveform(audio)
    duration = len(waveform) / SAMPLE_RATE
    reference = read_rttm(audio.with_suffix(".rttm"))
    baseline = one_speaker_baseline(waveform, SAMPLE_RATE)
    return Recording(
        job.name,
        job.about,
        duration,
        reference,
        found,
        der(reference, found, duration),
        der(reference, baseline, duration),
        files,
    )
