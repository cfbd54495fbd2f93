"""Who spoke when, says the demonstration model? The stock pyannote pipeline on one waveform."""

import warnings
from pathlib import Path
from typing import TYPE_CHECKING

from demo.process import prepare_process
from demo.sound import SAMPLE_RATE, Waveform
from producer_tools.demo.scoring import Turn

if TYPE_CHECKING:
    from pyannote.audio import Pipeline
    from pyannote.audio.pipelines.speaker_diarization import DiarizeOutput

MODEL = Path(__file__).parent / "model"


def load_pipeline(folder: Path = MODEL) -> "Pipeline":
    """Load the pipeline directory as any other: offline, and without telemetry."""
    prepare_process()
    from pyannote.audio import Pipeline

    pipeline = Pipeline.from_pretrained(folder)
    if pipeline is None:
        raise FileNotFoundError(f"{folder} holds no pyannote pipeline")
    return pipeline


def audio_file(waveform: Waveform) -> dict[str, object]:
    """Return a mono 16 kHz recording as the mapping that pyannote takes for a file."""
    import torch

    sound = torch.from_numpy(waveform)[None]
    return {"waveform": sound, "sample_rate": SAMPLE_RATE, "uri": "demo"}


def diarize(pipeline: "Pipeline", file: dict[str, object]) -> tuple[Turn, ...]:
    """Return the turns that the pipeline finds in what `audio_file` made."""
    with warnings.catch_warnings():
        # pyannote pools over windows in which a speaker is silent, and numpy warns of the NaN.
        warnings.simplefilter("ignore")
        # For one file the pipeline answers at once; only for a list it returns an iterator.
        output: DiarizeOutput = pipeline(file)  # type: ignore[assignment]
    tracks = output.speaker_diarization.itertracks(yield_label=True)
    return tuple(Turn(segment.start, segment.end, label) for segment, _, label in tracks)
