"""Who spoke when, as pyannote.audio itself would say it."""

import gc
import warnings
from collections.abc import Iterator, Sequence

import torch
from pyannote.audio.pipelines import SpeakerDiarization
from pyannote.audio.pipelines.speaker_diarization import DiarizeOutput
from pyannote.core import Annotation

from consumer.core.errors import AudioEmpty, JobError
from consumer.core.model import SAMPLE_RATE, Diarization, Recording, SpeakerTurn, Waveform
from consumer.diarization.allocator import give_back
from consumer.diarization.bounds import limits, missed
from consumer.diarization.failures import explain
from consumer.diarization.turns import speakers_of, tidy


class StockDiarizer:
    """A stock pipeline behind the port `Diarizer`: one recording after another."""

    def __init__(self, pipeline: SpeakerDiarization) -> None:
        self._pipeline: SpeakerDiarization | None = pipeline

    def diarize(self, batch: Sequence[Recording]) -> Sequence[Diarization | JobError]:
        """Say who spoke when; what concerns one recording stands in its place.

        Raises `DeviceDead`.
        """
        return [self._diarize(recording) for recording in batch]

    def unload(self) -> None:
        """Give back the memory of the device and of the host."""
        self._pipeline = None
        _free()

    def _diarize(self, recording: Recording) -> Diarization | JobError:
        try:
            return self._answer(recording)
        except JobError as error:
            return error
        except (MemoryError, RuntimeError) as error:
            failure = explain(error)
            if failure is None:
                raise
            if not isinstance(failure, JobError):
                raise failure from error
        # Only here, after the error and its frames are gone, are their tensors free.
        _free()
        return failure

    def _answer(self, recording: Recording) -> Diarization:
        waveform, bounds = recording.waveform, recording.bounds
        if not len(waveform.samples):
            raise AudioEmpty("the recording has no samples")
        limits(bounds)
        answer = self._ask(recording)
        exclusive = None
        if isinstance(answer, DiarizeOutput):
            exclusive = tidy(_turns(answer.exclusive_speaker_diarization), waveform.seconds)
            answer = answer.speaker_diarization
        turns = tidy(_turns(answer), waveform.seconds)
        return Diarization(turns, exclusive, missed(bounds, len(speakers_of(turns))))

    def _ask(self, recording: Recording) -> DiarizeOutput | Annotation:
        """Run the pipeline; `legacy` ones answer with an annotation alone."""
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


def _turns(annotation: Annotation) -> Iterator[SpeakerTurn]:
    for segment, _, speaker in annotation.itertracks(yield_label=True):
        yield SpeakerTurn(segment.start, segment.end, str(speaker))


def _free() -> None:
    gc.collect()
    if torch.cuda.is_available():
        torch.cuda.empty_cache()
    give_back()
