"""Which decisions of the engine are not stock's, and was stock nearly undecided about them?

An accelerator rounds batches of other shapes otherwise. That may turn what hangs in the balance,
and nothing else: whatever stock decided by a margin, the engine has to decide alike.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from consumer.diarization.certificate import SAFETY
from consumer.diarization.clustering.evidence import Clustered


@dataclass(frozen=True, slots=True)
class Turned:
    """Decisions of one kind that turned out otherwise than stock's."""

    number: int
    of: int
    widest: float
    """The largest margin by which stock decided any of them."""
    deviation: float
    """By how much margins differ where both decide alike, or might differ: the rounding."""

    @property
    def were_close(self) -> bool:
        """Whether rounding explains all of them."""
        return not self.number or self.widest < SAFETY * self.deviation

    def __str__(self) -> str:
        margins = f"margins up to {self.widest:.1e}, rounding {self.deviation:.1e}"
        return f"{self.number} of {self.of} ({margins})"


def frames_turned(theirs: NDArray[np.float32], ours: NDArray[np.float32]) -> Turned:
    """Compare the classes of all frames; both are scores, shape (windows, frames, classes)."""
    turned = theirs.argmax(axis=2) != ours.argmax(axis=2)
    margins = _lead(theirs)
    moved = np.abs(margins - _lead(ours))
    return Turned(
        int(turned.sum()),
        turned.size,
        float(margins[turned].max(initial=0)),
        float(moved[~turned].max(initial=0)),
    )


def assignments_turned(
    theirs: Clustered, ours: Clustered, silent: NDArray[np.bool_], moved: float
) -> Turned:
    """Compare whose voice is whose, where embeddings `moved` so far; `silent` have no voice.

    No assignment counts where the clusters themselves might have come out otherwise.
    """
    (theirs_hard, evidence, _), (ours_hard, _, _) = theirs, ours
    turned = (theirs_hard != ours_hard) & ~silent
    if evidence.cutting.might_differ(SAFETY * moved):
        turned[:] = False
    widest = float(evidence.margins[turned].max(initial=0))
    return Turned(int(turned.sum()), int((~silent).sum()), widest, moved)


def _lead(scores: NDArray[np.float32]) -> NDArray[np.float32]:
    best = np.partition(scores, -2, axis=2)
    return np.asarray(best[..., -1] - best[..., -2])
