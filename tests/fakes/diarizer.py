"""A diarizer without a model: somebody speaks wherever there is sound."""

from collections.abc import Sequence

from consumer.core.errors import AudioEmpty, JobError
from consumer.core.model import Diarization, Recording, SpeakerTurn
from consumer.core.steps import Steps, one_by_one
from consumer.diarization.bounds import limits, missed
from consumer.diarization.turns import speakers_of, tidy

TURN_SECONDS = 1.0


class FakeDiarizer:
    """Speakers take turns of a second; `failures` name recordings by their number of samples."""

    def __init__(self, failures: dict[int, JobError] | None = None) -> None:
        self.failures = failures or {}
        self.unloaded = False

    def diarize(self, batch: Sequence[Recording]) -> Steps[Diarization]:
        return one_by_one(self._diarize, batch)

    def unload(self) -> None:
        self.unloaded = True

    def _diarize(self, recording: Recording) -> Diarization:
        samples = recording.waveform.samples
        if not len(samples):
            raise AudioEmpty("the recording has no samples")
        fewest, most = limits(recording.bounds)
        if len(samples) in self.failures:
            raise self.failures[len(samples)]
        seconds = recording.waveform.seconds
        voices = int(min(most, max(fewest, 2)))
        turns = tidy(_turns(seconds, voices) if any(samples) else (), seconds)
        return Diarization(turns, turns, missed(recording.bounds, len(speakers_of(turns))))


def _turns(seconds: float, voices: int) -> list[SpeakerTurn]:
    return [
        SpeakerTurn(
            number * TURN_SECONDS, (number + 1) * TURN_SECONDS, f"SPEAKER_{number % voices:02d}"
        )
        for number in range(int(seconds // TURN_SECONDS) + 1)
    ]
