"""Is it rounding, and nothing else, that makes the engine's turns on an accelerator not stock's?

Where stock was nearly undecided its decision is taken over; then the turns have to be equal.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Self

import numpy as np
from numpy.typing import NDArray

from consumer.core.model import Recording, SpeakerBounds
from consumer.diarization.bounds import limits
from consumer.diarization.certificate import farthest_moved
from consumer.diarization.clustering.evidence import Clustered
from consumer.diarization.clustering.question import Question
from consumer.diarization.clustering.scalable import scalable
from consumer.diarization.clustering.training import silent_pairs
from consumer.diarization.conclusion import Conclusion
from consumer.diarization.networks.excerpts import Findings
from consumer.diarization.networks.lanes import Lanes
from consumer.diarization.networks.listening import embed_again
from consumer.diarization.networks.networks import build_networks, windowing_of
from consumer.diarization.networks.shapes import shapes_for
from consumer.diarization.networks.sound import Sound, place
from tests.exact.answers import Verdict, difference_of_turns, stock_answer, verdict_of
from tests.exact.decisions import Turned, assignments_turned, frames_turned
from tests.exact.stock import output_of

if TYPE_CHECKING:
    import torch

MOST_FRAMES = 1e-5
"""Of all; more than so many are never undecided by chance."""
FARTHEST = 1e-3
"""That fp32 moves a voice of length one: TF32 moves it as far."""


@dataclass(frozen=True, slots=True)
class Explanation:
    """What had to be taken over from stock, and whether that is all."""

    frames: Turned
    assignments: Turned | None
    """None: with stock's frames alone the turns are stock's."""
    problem: str | None
    """Why rounding does not explain the difference; None: it does."""


@dataclass(frozen=True, slots=True)
class Said:
    """What stock said of a recording, step by step."""

    scores: NDArray[np.float32]
    """Shape (windows, frames, classes)."""
    masks: NDArray[np.uint8]
    embeddings: NDArray[np.float32]
    answer: Verdict

    @classmethod
    def by(cls, pipeline: Any, recording: Recording) -> Self:
        """Ask stock; a recording in which nobody speaks has no embeddings."""
        batches: list[NDArray[np.float32]] = []
        steps: dict[str, Any] = {"embeddings": np.empty(0)}
        listening = pipeline._segmentation.conversion.register_forward_pre_hook(
            lambda _, scores: batches.append(scores[0].cpu().numpy())
        )
        try:
            output = output_of(pipeline, recording, lambda name, it, **_: steps.update({name: it}))
        finally:
            listening.remove()
        masks = steps["segmentation"].data.astype(np.uint8)
        answer = None if output is None else stock_answer(output)
        return cls(np.concatenate(batches), masks, steps["embeddings"], answer)


class Steps:
    """The engine's steps, one after the other, in fp32 on one lane."""

    def __init__(self, pipeline: Any, most_frames: float = MOST_FRAMES) -> None:
        """Take a pipeline over, as the engine does; so large a share of frames may be forced."""
        self._device: torch.device = pipeline._segmentation.device
        self._windowing = windowing_of(pipeline)
        self._networks = build_networks(pipeline, shapes_for(self._device))
        self._lanes = Lanes(1, self._device)
        self._conclusion = Conclusion(pipeline, self._windowing)
        self._cluster = scalable(pipeline.clustering)
        self._most_frames = most_frames

    def explain(self, recording: Recording, found: Verdict, stock: Any) -> Explanation:
        """Say why the engine `found` something else than stock, a pipeline on the same device."""
        said, bounds = Said.by(stock, recording), recording.bounds
        sound = place(recording.waveform, self._windowing, self._device)
        scores = self._scores(sound)
        frames, assignments = frames_turned(said.scores, scores), None
        alone = self._verdict(self._heard(sound, _masks(stock, scores)), bounds)
        findings = self._heard(sound, said.masks)
        if difference_of_turns(said.answer, self._verdict(findings, bounds)):
            assignments = self._assignments(said, findings, bounds)
            findings = replace(findings, embeddings=said.embeddings)
        problems = (
            *self._problems(frames, assignments),
            *_unlike("step by step the engine says something else", found, alone),
            *_unlike("there is more to it", said.answer, self._verdict(findings, bounds)),
        )
        return Explanation(frames, assignments, next(iter(problems), None))

    def close(self) -> None:
        self._lanes.close()

    def _problems(self, frames: Turned, assignments: Turned | None) -> Iterator[str]:
        if not frames.were_close or frames.number > self._most_frames * frames.of:
            yield f"frames are of another class: {frames}"
        if assignments and not assignments.deviation <= FARTHEST:  # it may be NaN
            yield f"voices are {assignments.deviation:.1e} away from stock's"
        if assignments and not assignments.were_close:
            yield f"voices belong to others: {assignments}"

    def _scores(self, sound: Sound) -> NDArray[np.float32]:
        def scores(batch: list[tuple[Sound, int]]) -> NDArray[np.float32]:
            return self._networks.segmentation.scores(batch).cpu().numpy()

        size = self._networks.shapes.segmentation
        windows = [(sound, window) for window in range(sound.windows)]
        batches = [windows[start : start + size] for start in range(0, len(windows), size)]
        return np.concatenate([self._lanes.submit(scores, batch).result() for batch in batches])

    def _heard(self, sound: Sound, masks: NDArray[np.uint8]) -> Findings:
        heard = self._networks.begin(sound)
        heard.masks[:] = masks
        embed_again(self._networks, self._lanes, heard, np.arange(sound.windows))
        return heard.findings

    def _verdict(self, findings: Findings, bounds: SpeakerBounds) -> Verdict:
        return verdict_of(self._conclusion.hypothesis(findings, bounds))

    def _assignments(self, said: Said, findings: Findings, bounds: SpeakerBounds) -> Turned:
        silent = silent_pairs(said.masks)

        def clustered(embeddings: NDArray[np.float32]) -> Clustered:
            return self._cluster(Question.of(embeddings, said.masks, *limits(bounds)))

        moved = farthest_moved(said.embeddings[~silent], findings.embeddings[~silent])
        theirs, ours = clustered(said.embeddings), clustered(findings.embeddings)
        return assignments_turned(theirs, ours, silent, moved)


def _unlike(what: str, expected: Verdict, found: Verdict) -> Iterator[str]:
    if different := difference_of_turns(expected, found):
        yield f"{what}: {different}"


def _masks(stock: Any, scores: NDArray[np.float32]) -> NDArray[np.uint8]:
    speakers = stock._segmentation.conversion.mapping.cpu().numpy().astype(np.uint8)
    return np.asarray(speakers[scores.argmax(axis=2)])
