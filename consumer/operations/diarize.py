"""What does a `diarize` job ask of its model, and what becomes of the turns?"""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from types import MappingProxyType

from consumer.core.model import CatalogueModel, Diarization, Recording, SpeakerBounds
from consumer.core.ports import Answer, Diarizer, LoadDiarizer
from consumer.core.steps import Steps
from consumer.core.work import Prepared
from schemas.diarization import DiarizationResult, DiarizeParams
from schemas.result import StoredResult
from schemas.rttm import rttm

ENGINE_VERSION = 1


class DiarizationModel:
    """A diarizer that speaks the language of jobs."""

    def __init__(self, diarizer: Diarizer) -> None:
        self._diarizer = diarizer

    def run(self, batch: Sequence[Prepared]) -> Steps[Answer]:
        lengths = [prepared.seconds for prepared in batch]
        for step in self._diarizer.diarize([_recording(prepared) for prepared in batch]):
            yield [
                (number, partial(_answer, lengths[number], conclude)) for number, conclude in step
            ]

    def unload(self) -> None:
        self._diarizer.unload()


class Diarize:
    """The operation `diarize`: who spoke when."""

    engine_version = ENGINE_VERSION
    formats: Mapping[str, str] = MappingProxyType({"rttm": "text/plain; charset=utf-8"})

    def __init__(self, load: LoadDiarizer) -> None:
        self._load = load

    def load(self, model: CatalogueModel) -> DiarizationModel:
        return DiarizationModel(self._load(model))

    def render(self, format_name: str, stored: StoredResult) -> bytes:
        if format_name != "rttm" or not isinstance(stored.result, DiarizationResult):
            raise ValueError(f"diarize has no format {format_name!r}")
        return rttm(stored.job_id, stored.result.diarization).encode()


def _recording(prepared: Prepared) -> Recording:
    params = prepared.task.job.params_as(DiarizeParams)
    bounds = SpeakerBounds(params.num_speakers, params.min_speakers, params.max_speakers)
    return Recording(prepared.waveform, bounds)


def _answer(seconds: float, conclude: Callable[[], Diarization]) -> Answer:
    found = conclude()
    result = DiarizationResult.of(
        ((turn.start, turn.end, turn.speaker) for turn in found.turns),
        None
        if found.exclusive is None
        else ((turn.start, turn.end, turn.speaker) for turn in found.exclusive),
        round(seconds, 3),
    )
    return Answer(result, found.warnings)
