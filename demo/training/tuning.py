"""From which distance on are two voices two people? Tries thresholds on made-up talks."""

from dataclasses import dataclass
from pathlib import Path
from random import Random
from statistics import mean, median

import numpy as np

from demo.diarizer import audio_file, diarize, load_pipeline
from demo.sound import SAMPLE_RATE
from demo.training.checkpoints import Clustering, parameters, write_config
from demo.training.meetings import Recording
from demo.training.mixing import Mixer
from producer_tools.demo.scoring import Turn, der, speaker_count

CONVERSATION_SECONDS = 45.0
CONVERSATIONS = 10
THRESHOLDS = tuple(np.arange(0.3, 1.3, 0.05).round(2).tolist())
# Within half a point of the best DER a threshold counts as good: the middle of those is chosen.
PLATEAU = 0.005


@dataclass(frozen=True, slots=True)
class Trial:
    """One threshold: its mean DER and how often the number of speakers was right."""

    threshold: float
    der: float
    right_counts: int


def tuning_conversations(mixer: Mixer, seed: int) -> tuple[Recording, ...]:
    """Return made-up conversations of synthetic voices, and the meetings at their own tempo."""
    random = Random(seed)
    material = mixer.material
    made_up = (
        mixer.mixture(material.synthetic, CONVERSATION_SECONDS, random)
        for _ in range(CONVERSATIONS)
    )
    return (*made_up, *material.recordings[1::3])


def tune(folder: Path, recordings: tuple[Recording, ...]) -> tuple[Trial, ...]:
    """Write the best threshold into the pipeline's directory; return every trial."""
    pipeline = load_pipeline(folder)
    pipeline.training = True  # keeps segmentations and embeddings with each file below
    files = [audio_file(recording.waveform) for recording in recordings]
    trials = []
    for threshold in THRESHOLDS:
        pipeline.instantiate(parameters(Clustering(threshold)))
        found = [diarize(pipeline, file) for file in files]
        trials.append(_trial(threshold, recordings, found))
    write_config(folder, Clustering(_middle_of_the_best(trials)))
    return tuple(trials)


def _trial(
    threshold: float, recordings: tuple[Recording, ...], found: list[tuple[Turn, ...]]
) -> Trial:
    pairs = list(zip(recordings, found, strict=True))
    rates = [
        der(recording.turns, turns, len(recording.waveform) / SAMPLE_RATE)
        for recording, turns in pairs
    ]
    right = sum(
        speaker_count(recording.turns) == speaker_count(turns) for recording, turns in pairs
    )
    return Trial(threshold, mean(rates), right)


def _middle_of_the_best(trials: list[Trial]) -> float:
    best = min(trial.der for trial in trials)
    return round(median(t.threshold for t in trials if t.der <= best + PLATEAU), 3)
