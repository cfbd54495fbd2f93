"""Who spoke when, as pyannote.audio itself would say it."""

import warnings
from collections.abc import Sequence

import numpy as np
import torch
from pyannote.audio.pipelines import SpeakerDiarization
from pyannote.audio.pipelines.speaker_diarization import DiarizeOutput
from pyannote.core import Annotation

from consumer.core.device_failures import explained
from consumer.core.model import SAMPLE_RATE, Diarization, Recording, SpeakerTurn, Waveform
from consumer.core.steps import Steps, one_by_one
from consumer.diarization.hypothesis import Hypothesis, check_answerable, diarization_of
from consumer.diarization.memory import release_device_memory


class StockDiarizer:
    """A stock pipeline behind the port `Diarizer`: one recording after another."""

    def __init__(self, pipeline: SpeakerDiarization) -> None:
        self._pipeline: SpeakerDiarization | None = pipeline

    def diarize(self, batch: Sequence[Recording]) -> Steps[Diarization]:
        """Say who spoke when. Raises `DeviceDead`, `OutOfMemory`."""
        return one_by_one(self._diarize, batch)

    def unload(self) -> None:
        """Give back the memory of the device and of the host."""
        self._pipeline = None
        release_device_memory()

    def _diarize(self, recording: Recording) -> Diarization:
        check_answerable(recording)
        with explained():
            answer = _hypothesis(self._ask(recording))
        return diarization_of(answer, recording.waveform.seconds, recording.bounds)

    def _ask(self, recording: Recording) -> DiarizeOutput | Annotation:
        """Run the pipeline."""
        if self._pipeline is None:
            raise ValueError("the model was unloaded")
        with warnings.catch_warnings():
            # Stock warns about read-only buffers and missed bounds; what matters of it we say.
            warnings.simplefilter("ignore")
            answer: DiarizeOutput | Annotation = self._pipeline(
                _as_file(recording.waveform),
                num_speakers=recording.bounds.num_speakers,
                min_speakers=recording.bounds.min_speakers,
                max_speakers=recording.bounds.max_speakers,
            )
        return answer


def _as_file(waveform: Waveform) -> dict[str, torch.Tensor | int]:
    """Return what stock calls a file: the very samples, not a copy of them."""
    samples = torch.frombuffer(waveform.samples, dtype=torch.float32)
    return {"waveform": samples.unsqueeze(0), "sample_rate": SAMPLE_RATE}


def _hypothesis(answer: DiarizeOutput | Annotation) -> Hypothesis:
    """Read stock's answer; `legacy` pipelines give an annotation alone."""
    if isinstance(answer, Annotation):
        return Hypothesis(_turns(answer), None, (), np.zeros((0, 0)))
    annotation = answer.speaker_diarization
    assert answer.speaker_embeddings is not None  # noqa: S101 - oracles alone have none
    return Hypothesis(
        _turns(annotation),
        _turns(answer.exclusive_speaker_diarization),
        tuple(annotation.labels()),
        answer.speaker_embeddings,
    )


def _turns(annotation: Annotation) -> tuple[SpeakerTurn, ...]:
    return tuple(
        SpeakerTurn(segment.start, segment.end, str(speaker))
        for segment, _, speaker in annotation.itertracks(yield_label=True)
    )
