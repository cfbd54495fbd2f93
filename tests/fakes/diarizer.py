"""A diarizer without a model: somebody speaks wherever there is sound."""

from collections.abc import Sequence

from consumer.core.errors import AudioEmpty, JobError, SpeakerBoundsImpossible
from consumer.core.model import Diarization, Recording, SpeakerTurn
from consumer.diarization.bounds import limits, missed
from consumer.diarization.turns import speakers_of, tidy

TURN_SECONDS = 1.0


class FakeDiarizer:
    """Speakers take turns of a second; `failures` name recordings by their number of samples."""

    def __init__(self, failures: dict[int, JobError] | None = None) -> None:
        self.failures = failures or {}
        self.batches: list[tuple[Recording, ...]] = []
        self.unloaded = False

    def diarize(self, batch: Sequence[Recording]) -> Sequence[Diarization | JobError]:
        self.batches.append(tuple(batch))
        return [self._diarize(recording) for recording in batch]

    def unload(self) -> None:
        self.unloaded = True

    def _diarize(self, recording: Recording) -> Diarization | JobError:
        samples = recording.waveform.samples
        if not len(samples):
            return AudioEmpty("the recording has no samples")
        try:
            fewest, most = limits(recording.bounds)
        except SpeakerBoundsImpossible as error:
            return error
        if len(samples) in self.failures:
            return self.failures[len(samples)]
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
