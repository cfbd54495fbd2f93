"""How good is the demonstration model? DER on a made-up and on a real conversation, by baseline."""

import importlib.util
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


def evaluate(pipeline: "Pipeline") -> str:
    """Return a table of the shipped conversation's and the packaged sample's scores."""
    scores = [score(pipeline, audio) for audio in (CONVERSATION, packaged_sample())]
    heading = f"{'recording':<14}{'DER':>8}{'one speaker':>14}{'speakers':>10}"
    return "\n".join([heading, *map(_row, scores)])


def main() -> None:
    """Print the scores of the model that ships with the repository."""
    print(evaluate(load_pipeline()))


def _row(score: Score) -> str:
    speakers = f"{score.speakers_found}/{score.speakers_true}"
    return f"{score.name:<14}{score.der:>8.1%}{score.baseline_der:>14.1%}{speakers:>10}"


if __name__ == "__main__":
    main()
