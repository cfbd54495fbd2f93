"""Would the comparison notice an engine that is wrong? Each control breaks one step."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from typing import Any

import numpy as np

from consumer.core.errors import JobError
from consumer.diarization.hypothesis import Hypothesis
from consumer.diarization.networks import features, listening
from tests.exact.models import Listener

Control = Callable[[], AbstractContextManager[None]]


@contextmanager
def mean_kept() -> Iterator[None]:
    """Leave the mean of each window in its features."""
    with _replaced(features, "centred", lambda bands: bands):
        yield


@contextmanager
def masks_not_applied() -> Iterator[None]:
    """Pool over whole windows, whoever speaks in them."""
    with _replaced(listening, "embedding_masks", lambda masks, _: np.ones_like(masks)):
        yield


@contextmanager
def overlaps_kept() -> Iterator[None]:
    """Pool over all that a speaker says, alone or not."""
    with _replaced(listening, "embedding_masks", lambda masks, _: masks):
        yield


CONTROLS: Mapping[str, Control] = {
    "mean kept": mean_kept,
    "masks not applied": masks_not_applied,
    "overlaps kept": overlaps_kept,
}


def one_turn_moved(hypothesize: Listener) -> Listener:
    """Return a listener whose last turn begins 17 ms, one frame, late."""

    def moved(hypothesis: Hypothesis | JobError) -> Hypothesis | JobError:
        if isinstance(hypothesis, JobError) or not hypothesis.turns:
            return hypothesis
        *before, last = hypothesis.turns
        return replace(hypothesis, turns=(*before, replace(last, start=last.start + 0.017)))

    return lambda batch: [moved(hypothesis) for hypothesis in hypothesize(batch)]


@contextmanager
def _replaced(module: Any, name: str, stand_in: Callable[..., Any]) -> Iterator[None]:
    original = getattr(module, name)
    setattr(module, name, stand_in)
    try:
        yield
    finally:
        setattr(module, name, original)
