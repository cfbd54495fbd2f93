"""What should a network say at each frame? Turns become frame labels: activities and identities."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from producer_tools.demo.scoring import Turn

MAX_SPEAKERS = 3
NOBODY = -1


@dataclass(frozen=True, slots=True, eq=False)
class FrameLabels:
    """Who is active at each frame: `active` is (frames, speakers), `names` its columns."""

    active: NDArray[np.bool_]
    names: tuple[str, ...]

    def alone(self) -> NDArray[np.bool_]:
        """Return (frames, speakers): where each speaker is the only one."""
        alone: NDArray[np.bool_] = self.active.sum(axis=1, keepdims=True) == 1
        return self.active & alone

    def of_most_active(self) -> NDArray[np.float32]:
        """Return (frames, 3): the three who speak most, the rest forgotten."""
        chosen = np.argsort(-self.active.sum(axis=0), kind="stable")[:MAX_SPEAKERS]
        labels = np.zeros((len(self.active), MAX_SPEAKERS), np.float32)
        labels[:, : len(chosen)] = self.active[:, chosen]
        return labels

    def identities(self, index: dict[str, int]) -> NDArray[np.int64]:
        """Return (frames,): the index of the one who speaks alone, else -1."""
        alone = self.alone()
        numbers = np.array([index[name] for name in self.names] or [NOBODY])
        if not self.names:
            return np.full(len(alone), NOBODY)
        return np.where(alone.any(axis=1), numbers[alone.argmax(axis=1)], NOBODY)


def frame_labels(turns: Sequence[Turn], times: NDArray[np.floating]) -> FrameLabels:
    """Return who is active at each of the times (seconds)."""
    names = tuple(sorted({turn.speaker for turn in turns}))
    active = np.zeros((len(times), len(names)), np.bool_)
    for turn in turns:
        active[:, names.index(turn.speaker)] |= (times >= turn.start) & (times < turn.end)
    return FrameLabels(active, names)
