"""What stands in for a model: right answers, known in advance, after a chosen time."""

import ctypes
import json
import mmap
import os
import signal
import time
from collections.abc import Mapping, Sequence

from consumer.core.errors import AudioEmpty, JobError, OutOfMemory
from consumer.core.model import Diarization, Recording, SpeakerTurn
from consumer.core.steps import Steps, given, refused
from tests.scripted.recordings import Behaviour, Instructions, instructions, speakers

MODEL = "scripted"
MODEL_SETTINGS: Mapping[str, str] = {
    "TURNSTREAM_MODELS__CATALOGUE": json.dumps({MODEL: {"directory": "none"}}),
    "TURNSTREAM_MODELS__DEFAULT": MODEL,
}
"""Tell a worker that it has this model and no other; its directory is never read."""

_CHUNK_BYTES = 64 << 20
_EXHAUSTED_SECONDS = 0.05


class ScriptedDiarizer:
    """Does what each recording says.

    Two workers differ in the last digit of an answer, as two devices do (here by the last digit of
    their names): an object that another worker writes again gets other bytes, and is noticed.
    """

    def __init__(self, worker: str) -> None:
        self._last_digit = int(worker[-1]) / 1000
        self._stumbled: set[int] = set()

    def diarize(self, batch: Sequence[Recording]) -> Steps[Diarization]:
        for number, recording in enumerate(batch):
            found = self._diarize(recording)
            yield [(number, refused(found) if isinstance(found, JobError) else given(found))]

    def unload(self) -> None:
        """Nothing is held."""

    def _diarize(self, recording: Recording) -> Diarization | JobError:
        script = instructions(recording.waveform.samples.tolist())
        if script is None:
            return AudioEmpty("the recording gives no instructions")
        time.sleep(script.milliseconds / 1000)
        match script.behaviour:
            case Behaviour.SEGFAULT:
                ctypes.string_at(0)
            case Behaviour.GET_KILLED:
                os.kill(os.getpid(), signal.SIGKILL)
            case Behaviour.EXHAUST_MEMORY:
                _exhaust_memory()
            case Behaviour.STUMBLE if script.number not in self._stumbled:
                self._stumbled.add(script.number)
                return OutOfMemory("the first try does not fit")
        return self._answer(script, recording.waveform.seconds)

    def _answer(self, script: Instructions, seconds: float) -> Diarization:
        heard = speakers(script.number)
        part = seconds / len(heard)
        turns = tuple(
            SpeakerTurn(number * part, (number + 1) * part - self._last_digit, speaker)
            for number, speaker in enumerate(heard)
        )
        return Diarization(turns, turns)


def _exhaust_memory() -> None:
    """Take all addresses the process may have, and let other threads feel it for a moment."""
    taken = []
    try:
        while True:
            taken.append(mmap.mmap(-1, _CHUNK_BYTES))
    except OSError as error:
        time.sleep(_EXHAUSTED_SECONDS)
        raise MemoryError(str(error)) from error
