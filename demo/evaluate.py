"""How good is the demonstration model? DER on a made-up and on a real conversation, by baseline."""

import importlib.util
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from demo.diarizer import audio_file, diarize, load_pipeline
from demo.sound import SAMPLE_RATE, read_waveform
from producer_tools.demo.scoring import der, one_speaker_baseline, read_rttm, speaker_count

if TYPE_CHECKING:
    from pyannote.audio import Pipeline

CONVERSATION = Path(__file__).parent / "audio" / "conversation.flac"


@dataclass(frozen=True, slots=True)
class Score:
    """One recording's result; error rates as shares (1.0 = 100 %)."""

    name: str
    der: float
    baseline_der: float
    speakers_found: int
    speakers_true: int


def packaged_sample() -> Path:
    """Return the real phone call that pyannote.audio brings along; only ever evaluated on."""
    spec = importlib.util.find_spec("pyannote.audio")
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError("pyannote.audio is not installed: install the extra 'ml'")
    return Path(spec.origin).parent / "sample" / "sample.wav"


def score(pipeline: "Pipeline", audio: Path) -> Score:
    """Diarize a recording and compare it with the RTTM file beside it."""
    waveform, reference = read_waveform(audio), read_rttm(audio.with_suffix(".rttm"))
    duration = len(waveform) / SAMPLE_RATE
    found, baseline = (
        diarize(pipeline, audio_file(waveform)),
        one_speaker_baseline(waveform, SAMPLE_RATE),
    )
    return Score(
        audio.stem,
        der(reference, found, duration),
        der(reference, baseline, duration),
        speaker_count(found),
        speaker_count(reference),
    )


def report(scores: tuple[Score, ...]) -> Iterator[str]:
    """Return the lines of a small table."""
    yield f"{'recording':<14}{'DER':>8}{'one speaker':>14}{'speakers':>10}"
    for line in scores:
        speakers = f"{line.speakers_found}/{line.speakers_true}"
        yield f"{line.name:<14}{line.der:>8.1%}{line.baseline_der:>14.1%}{speakers:>10}"


def main() -> None:
    """Print the scores of the shipped conversation and of the packaged sample."""
    pipeline = load_pipeline()
    scores = tuple(score(pipeline, audio) for audio in (CONVERSATION, packaged_sample()))
    print("\n".join(report(scores)))


if __name__ == "__main__":
    main()
