"""Who spoke when, as stock pyannote.audio says it, several times faster.

Bredin, "pyannote.audio 2.1 speaker diarization pipeline: principle, benchmark, and recipe"
(Interspeech 2023) describes the steps: local segmentation, local embeddings, global clustering,
aggregation. The same steps are taken here, over all recordings of a batch at once.
"""

import logging
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TYPE_CHECKING, NoReturn

from pyannote.audio.pipelines import SpeakerDiarization

from consumer.core.device_failures import explained
from consumer.core.errors import JobError, OutOfMemory
from consumer.core.model import Diarization, Recording, SpeakerBounds
from consumer.core.steps import Steps, refused
from consumer.diarization.certificate import Certifier
from consumer.diarization.conclusion import Conclusion
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


Conclude = Callable[[SpeakerBounds], Hypothesis]

log = logging.getLogger("turnstream.worker")


class Engine:
    """A pipeline's networks and clustering behind the port `Diarizer`: many recordings at once."""

    def __init__(
        self,
        pipeline: SpeakerDiarization,
        threads: int | None = None,
        shapes: Shapes | None = None,
        arithmetic: Arithmetic = FP32,
        conclusions: int = 1,
    ) -> None:
        """Take a pipeline over; use none that `reasons_for_stock` speaks against.

        On a CPU, `threads` batches run side by side (None: one per core), on an accelerator as many
        as its memory holds. So many `conclusions` are drawn at once, on the CPU.
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
        self._concluding = ThreadPoolExecutor(conclusions, "clustering")
        self._under_way = 0
        """Batches."""
        self._is_loaded = True

    def diarize(self, batch: Sequence[Recording]) -> Steps[Diarization]:
        """Say who spoke when. Raises `DeviceDead`, `OutOfMemory`."""
        about = [(recording.waveform.seconds, recording.bounds) for recording in batch]
        hypotheses = self.hypothesize(batch)
        del batch
        for step in hypotheses:
            yield [
                (number, partial(_concluded, conclude, *about[number])) for number, conclude in step
            ]

    def hypothesize(self, batch: Sequence[Recording]) -> Steps[Hypothesis]:
        """Say who spoke when, in the words of stock; as `diarize`."""
        if not self._is_loaded:
            raise ValueError("the model was unloaded")
        left = dict(enumerate(batch))
        del batch  # who is done with is to be held by nobody: its samples may be gigabytes
        yield _refusals(left)
        self._under_way += 1
        try:
            yield from self._heard(left)
        finally:
            self._under_way -= 1

    def unload(self) -> None:
        """Give back the memory of the device and of the host; what was heard is still concluded.

        Only a conclusion that may have to hear again is waited for.
        """
        if not self._is_loaded:
            return
        self._is_loaded = False
        self._concluding.shutdown(wait=self._networks.rounded_embedding is not None)
        self._lanes.close()
        del self._networks, self._conclude
        release_device_memory()

    def _heard(self, left: dict[int, Recording]) -> Steps[Hypothesis]:
        """Hear what is left, in fewer lanes when the device has no room for all of them.

        With another batch under way it is company that is to blame, and the caller's affair.
        """
        while left:
            try:
                with explained():
                    yield from self._listen(left)
            except OutOfMemory:
                if self._lanes.count == 1 or self._under_way > 1:
                    raise
            else:
                return
            # Only after the error and its frames are gone, and the lanes have come to rest, are
            # their tensors free.
            self._lanes.narrow()
            log.warning(
                "the device is short of memory, fewer batches run at once",
                extra={"batches": self._lanes.count},
            )
            release_device_memory()

    def _listen(self, left: dict[int, Recording]) -> Steps[Hypothesis]:
        """Cluster a recording while the networks hear the next; those heard are left no longer."""
        place_here = partial(place, windowing=self._windowing, device=self._device)
        sounds = (place_here(recording.waveform) for recording in left.values())
        listening = Listening(self._networks, self._lanes, sounds)
        order = iter(tuple(left))

        def concluding(done: Sequence[Heard]) -> list[tuple[int, Callable[[], Hypothesis]]]:
            return [self._concluding_of(next(order), heard, left) for heard in done]

        yield from map(concluding, listening)  # holds none of them while others take their turns

    def _concluding_of(
        self, number: int, heard: Heard, left: dict[int, Recording]
    ) -> tuple[int, Callable[[], Hypothesis]]:
        bounds = left.pop(number).bounds
        return number, self._concluding.submit(self._conclude(heard), bounds).result

    def _conclusion(self, pipeline: SpeakerDiarization) -> Callable[[Heard], Conclude]:
        conclusion = Conclusion(pipeline, self._windowing)
        if self._networks.rounded_embedding is None:
            # The sound itself is not needed any more, and may be gigabytes.
            return lambda heard: partial(conclusion.hypothesis, heard.findings)
        # It hears again what was close. On an accelerator the sound is a copy: samples of the host
        # are free, and the device holds 64 kB for each second that admission lets in, at most.
        certifier = Certifier(conclusion, self._networks, self._lanes)
        return lambda heard: partial(certifier, heard)


def _refusals(left: dict[int, Recording]) -> list[tuple[int, Callable[[], NoReturn]]]:
    """Take out those to whom there can be no answer; say why."""
    problems = [(number, _problem(recording)) for number, recording in left.items()]
    found = [(number, problem) for number, problem in problems if problem]
    for number, _ in found:
        del left[number]
    return [(number, refused(problem)) for number, problem in found]


def _problem(recording: Recording) -> JobError | None:
    """Return why there can be no answer."""
    try:
        check_answerable(recording)
    except JobError as error:
        return error
    return None


def _concluded(
    conclude: Callable[[], Hypothesis], seconds: float, bounds: SpeakerBounds
) -> Diarization:
    return diarization_of(conclude(), seconds, bounds)
