"""From which distance on are two voices two people? Tries thresholds on made-up talks."""

from dataclasses import dataclass
from pathlib import Path
from random import Random
from statistics import mean, median

import numpy as np

from demo.diarizer import audio_file, diarize, load_pipeline
from demo.sound import SAMPLE_RATE
from demo.training.checkpoints import Clustering, parameters, write_config
from demo.training.meetings import TEMPOS, Recording
from demo.training.mixing import Mixer
from producer_tools.demo.scoring import Turn, der, speaker_count

CONVERSATION_SECONDS = 45.0
CONVERSATIONS = 16
LEAST_SECONDS = 10.0
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
    """Return made-up conversations, half of plain voices, and the meetings at their own tempo."""
    random, material = Random(seed), mixer.material
    made_up = tuple(
        mixer.mixture(voices, CONVERSATION_SECONDS, random)
        for voices in (material.plain, material.synthetic)
        for _ in range(CONVERSATIONS // 2)
    )
    meetings = material.recordings[TEMPOS.index(1.0) :: len(TEMPOS)]
    # Where hardly anybody speaks, one false alarm is an error rate of several hundred per cent.
    return tuple(talk for talk in (*made_up, *meetings) if _spoken_seconds(talk) > LEAST_SECONDS)


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


def _spoken_seconds(recording: Recording) -> float:
    return sum(turn.end - turn.start for turn in recording.turns)


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
