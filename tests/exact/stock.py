"""What does stock pyannote.audio say of a recording that lies in memory?"""

import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

import torch
from pyannote.core import Annotation

from consumer.core.errors import JobError, SpeakerBoundsImpossible
from consumer.core.model import SAMPLE_RATE, Recording, SpeakerBounds, SpeakerTurn
from consumer.diarization.hypothesis import Hypothesis
from tests.exact.answers import Verdict, stock_answer
from tests.exact.recordings import Named

REFUSAL = "min_speakers must be smaller"


@dataclass(frozen=True, slots=True)
class Stock:
    """A stock pipeline; each question is put to it once."""

    pipeline: Any
    asked: dict[tuple[bytes, SpeakerBounds], Verdict] = field(default_factory=dict)

    def __call__(self, named: Named) -> Verdict:
        question = sha256(named.samples.tobytes()).digest(), named.bounds
        if question not in self.asked:
            output = output_of(self.pipeline, named.recording)
            self.asked[question] = None if output is None else stock_answer(output)
        return self.asked[question]


@dataclass(frozen=True, slots=True)
class StockListener:
    """A stock pipeline with the manners of the engine, so that one can stand for the other."""

    pipeline: Any

    def __call__(self, batch: Sequence[Recording]) -> list[Hypothesis | JobError]:
        return [self._hypothesis(recording) for recording in batch]

    def _hypothesis(self, recording: Recording) -> Hypothesis | JobError:
        output = output_of(self.pipeline, recording)
        if output is None:
            return SpeakerBoundsImpossible("stock refuses, too")
        turns = output.speaker_diarization
        return Hypothesis(
            _turns(turns),
            _turns(output.exclusive_speaker_diarization),
            tuple(turns.labels()),
            output.speaker_embeddings,
        )


def output_of(
    pipeline: Any, recording: Recording, hook: Callable[..., None] | None = None
) -> Any | None:
    """Return what the pipeline outputs; None: it refuses bounds that contradict each other.

    The hook is told what the steps on the way come to.
    """
    samples = torch.tensor(recording.waveform.samples, dtype=torch.float32)
    bounds = recording.bounds
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return pipeline(
                {"waveform": samples[None], "sample_rate": SAMPLE_RATE},
                num_speakers=bounds.num_speakers,
                min_speakers=bounds.min_speakers,
                max_speakers=bounds.max_speakers,
                hook=hook,
            )
        except ValueError as error:
            if REFUSAL in str(error):
                return None
            raise


def _turns(annotation: Annotation) -> tuple[SpeakerTurn, ...]:
    tracks = annotation.itertracks(yield_label=True)
    return tuple(SpeakerTurn(turn.start, turn.end, speaker) for turn, _, speaker in tracks)
