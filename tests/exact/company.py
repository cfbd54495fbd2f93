"""Does the engine's answer depend on anything but the recording?"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from time import monotonic

import torch

from consumer.core.errors import JobError
from consumer.diarization.engine import Engine
from consumer.diarization.hypothesis import Hypothesis
from consumer.diarization.networks.shapes import CPU, Shapes
from tests.exact.answers import same_bytes, verdict_of
from tests.exact.comparison import Outcome, compare, outcome
from tests.exact.models import Model
from tests.exact.recordings import Named
from tests.fakes.steps import hypotheses

OTHER_SHAPES = (
    Shapes(segmentation=7, trunk=3, crop_step=128),
    Shapes(segmentation=16, trunk=8, crop_step=CPU.crop_step),
)


def same_in_any_company(model: Model, named: Named, others: Sequence[Named]) -> Outcome:
    """Hear a recording alone, first and last of a batch, on other threads: always equal bytes."""
    start = monotonic()
    (alone,) = model.hypothesize([named.recording])
    different = [how for how, again in _again(model, named, others) if not same_bytes(alone, again)]
    problem = f"other bytes {', '.join(different)}" if different else None
    case = f"{model.name}: in any company"
    return outcome(case, [named], [verdict_of(alone)], problem, monotonic() - start)


def same_in_other_shapes(model: Model, recordings: Sequence[Named]) -> Iterator[Outcome]:
    """Compare with stock when device batches have other sizes."""
    for shapes in OTHER_SHAPES:
        engine = Engine(model.open(), shapes=shapes)
        name = f"{model.name}: batches of {shapes.segmentation} and {shapes.trunk}"
        yield compare(name, recordings, model.stock, partial(hypotheses, engine))
        engine.unload()


def _again(
    model: Model, named: Named, others: Sequence[Named]
) -> Iterator[tuple[str, Hypothesis | JobError]]:
    company = [other.recording for other in others]
    yield "a second time", model.hypothesize([named.recording])[0]
    yield "first of a batch", model.hypothesize([named.recording, *company])[0]
    yield "last of a batch", model.hypothesize([*company, named.recording])[-1]
    for threads in (1, 2):
        engine = Engine(model.open(), threads=threads)
        with _threads(threads):
            yield f"on {threads} threads", hypotheses(engine, [*company, named.recording])[-1]
        engine.unload()


@contextmanager
def _threads(count: int) -> Iterator[None]:
    before = torch.get_num_threads()
    torch.set_num_threads(count)
    try:
        yield
    finally:
        torch.set_num_threads(before)
