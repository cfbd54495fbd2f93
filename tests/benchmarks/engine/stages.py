"""Where does the time of the engine go, step by step?

The steps are timed from outside, on one lane and one BLAS thread, so that shares mean something.
"""

import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.benchmarks.engine.passes import cost_of, own_process, ready
from tests.benchmarks.engine.variants import ONE_LANE

if TYPE_CHECKING:
    from tests.benchmarks.engine.recordings import Samples

REST = "all else"


class Stopwatch:
    """CPU seconds per step; a step that runs within another counts for itself alone."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = defaultdict(float)
        self._inner = threading.local()

    def timing(self, step: str, function: Callable[..., Any]) -> Callable[..., Any]:
        """Return the function with its time added to the step's."""

        @wraps(function)
        def timed(*arguments: Any, **named: Any) -> Any:
            outer, self._inner.seconds = getattr(self._inner, "seconds", 0.0), 0.0
            begin = time.thread_time()
            try:
                return function(*arguments, **named)
            finally:
                took = time.thread_time() - begin
                self.seconds[step] += took - self._inner.seconds
                self._inner.seconds = outer + took

        return timed


def stages_of(directory: Path, recordings: "Sequence[Samples]") -> dict[str, float]:
    """Return the CPU seconds of every step over some recordings, in a process of its own."""
    with own_process() as process:
        return process.submit(_stages, directory, recordings).result()


def shares(stages: Mapping[str, float]) -> dict[str, float]:
    """Return what part of the whole each step takes."""
    whole = sum(stages.values())
    return {step: seconds / whole for step, seconds in stages.items()}


def _stages(directory: Path, recordings: "Sequence[Samples]") -> dict[str, float]:
    listen = ready(ONE_LANE, directory)
    from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

    with threadpool_limits(1), timed_engine() as watch:
        whole, _ = cost_of(lambda: _drop(listen(recordings)))
    return {**watch.seconds, REST: max(0.0, whole - sum(watch.seconds.values()))}


def _drop(_: object) -> None:
    """Leave what was answered to nobody: it is the time that counts."""


@contextmanager
def timed_engine() -> Iterator[Stopwatch]:
    """Time every step of all engines of this process."""
    watch = Stopwatch()
    places = [(step, owner, name, getattr(owner, name)) for step, owner, name in _places()]
    for step, owner, name, function in places:
        setattr(owner, name, watch.timing(step, function))
    try:
        yield watch
    finally:
        for _, owner, name, function in places:
            setattr(owner, name, function)


def _places() -> Iterator[tuple[str, Any, str]]:
    from consumer.diarization import conclusion
    from consumer.diarization.clustering.agglomerative import LinearMemoryAgglomerative
    from consumer.diarization.clustering.vbx import StreamedVBx
    from consumer.diarization.networks.embedding import SpeakerEmbedding
    from consumer.diarization.networks.features import Features
    from consumer.diarization.networks.segmentation import Segmentation

    yield "segmentation", Segmentation, "__call__"
    yield "features", Features, "window"
    yield "trunk", SpeakerEmbedding, "_trunk"
    yield "pooling, last layer", SpeakerEmbedding, "__call__"
    yield "count", conclusion, "speaker_count"
    yield "clustering", LinearMemoryAgglomerative, "__call__"
    yield "clustering", StreamedVBx, "__call__"
    for name in ("hypothesis", "with_evidence"):
        yield "turns", conclusion.Conclusion, name
