"""Who spoke when, as stock pyannote.audio says it, several times faster.

Bredin, "pyannote.audio 2.1 speaker diarization pipeline: principle, benchmark, and recipe"
(Interspeech 2023) describes the steps: local segmentation, local embeddings, global clustering,
aggregation. The same steps are taken here, over all recordings of a batch at once.
"""

import logging
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from typing import TYPE_CHECKING

from pyannote.audio.pipelines import SpeakerDiarization

from consumer.core.errors import JobError, OutOfMemory
from consumer.core.model import Diarization, Recording, SpeakerBounds
from consumer.diarization.certificate import Certifier
from consumer.diarization.conclusion import Conclusion
from consumer.diarization.failures import explained
from consumer.diarization.hypothesis import Hypothesis, check_answerable, diarization_of
from consumer.diarization.memory import release_device_memory
from consumer.diarization.networks.arithmetic import FP32, Arithmetic, forbid_tf32
from consumer.diarization.networks.excerpts import Heard
from consumer.diarization.networks.lanes import Lanes, lanes_for
from consumer.diarization.networks.listening import Listening
from consumer.diarization.networks.networks import build_networks, windowing_of
from consumer.diarization.networks.shapes import Shapes, shapes_for
from consumer.diarization.networks.sound import place
from consumer.diarization.networks.trial import try_out

if TYPE_CHECKING:
    import torch


Conclude = Callable[[Heard, SpeakerBounds], Hypothesis]

log = logging.getLogger("turnstream.worker")


class Engine:
    """A pipeline's networks and clustering behind the port `Diarizer`: many recordings at once."""

    def __init__(
        self,
        pipeline: SpeakerDiarization,
        threads: int | None = None,
        shapes: Shapes | None = None,
        arithmetic: Arithmetic = FP32,
    ) -> None:
        """Take a pipeline over; use none that `reasons_for_stock` speaks against.

        On a CPU, `threads` batches run side by side (None: one per core), on an accelerator as many
        as its memory holds.
        """
        forbid_tf32()
        self._device: torch.device = pipeline._segmentation.device
        self._windowing = windowing_of(pipeline)
        self._networks = build_networks(pipeline, shapes or shapes_for(self._device), arithmetic)
        trial = try_out(self._networks, self._windowing, self._device)
        if not trial.is_steady:
            log.warning("on this device the last bits of an answer depend on other recordings")
        self._lanes = Lanes(lanes_for(self._device, trial.bytes_per_lane, threads), self._device)
        self._conclude = self._conclusion(pipeline)
        self._concluding = ThreadPoolExecutor(1, "clustering")
        self._is_loaded = True

    def diarize(self, batch: Sequence[Recording]) -> Sequence[Diarization | JobError]:
        """Say who spoke when; what concerns one recording stands in its place.

        Raises `DeviceDead`, `OutOfMemory`.
        """
        return [
            heard if isinstance(heard, JobError) else diarization_of(heard, recording)
            for recording, heard in zip(batch, self.hypothesize(batch), strict=True)
        ]

    def hypothesize(self, batch: Sequence[Recording]) -> list[Hypothesis | JobError]:
        """Say who spoke when, in the words of stock; as `diarize`."""
        if not self._is_loaded:
            raise ValueError("the model was unloaded")
        problems = [_problem(recording) for recording in batch]
        answerable = [one for one, problem in zip(batch, problems, strict=True) if not problem]
        answers = iter(self._answers(answerable))
        return [next(answers) if problem is None else problem for problem in problems]

    def unload(self) -> None:
        """Give back the memory of the device and of the host."""
        if not self._is_loaded:
            return
        self._is_loaded = False
        self._lanes.close()
        self._concluding.shutdown()
        del self._networks, self._conclude
        release_device_memory()

    def _answers(self, batch: Sequence[Recording]) -> list[Hypothesis]:
        """Answer a batch, in fewer lanes when the device has no room for all of them."""
        while True:
            try:
                with explained():
                    return self._listen(batch)
            except OutOfMemory:
                if self._lanes.count == 1:
                    raise
            # Only after the error and its frames are gone, and the lanes have come to rest, are
            # their tensors free.
            self._lanes.narrow()
            log.warning(
                "the device is short of memory, fewer batches run at once",
                extra={"batches": self._lanes.count},
            )
            release_device_memory()

    def _listen(self, batch: Sequence[Recording]) -> list[Hypothesis]:
        """Cluster a recording while the networks hear the next."""
        sounds = [place(recording.waveform, self._windowing, self._device) for recording in batch]
        listening = Listening(self._networks, self._lanes, sounds)
        concluded: list[Future[Hypothesis]] = []
        try:
            for recording, heard in zip(batch, listening, strict=True):
                concluded.append(self._concluding.submit(self._conclude, heard, recording.bounds))
            return [future.result() for future in concluded]
        finally:
            # One that runs on would hold the memory that the next attempt needs.
            for future in concluded:
                future.cancel()
            wait(concluded)

    def _conclusion(self, pipeline: SpeakerDiarization) -> Conclude:
        conclusion = Conclusion(pipeline, self._windowing)
        if self._networks.rounded_embedding is None:
            return conclusion.hypothesis
        return Certifier(conclusion, self._networks, self._lanes)


def _problem(recording: Recording) -> JobError | None:
    """Return why there can be no answer."""
    try:
        check_answerable(recording)
    except JobError as error:
        return error
    return None
