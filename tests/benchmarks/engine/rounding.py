"""Does rounding explain where the engine's turns on a device are not those of stock?"""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from consumer.core.model import Recording
from tests.benchmarks.engine.passes import prepare
from tests.benchmarks.engine.variants import Variant
from tests.exact.answers import Answer, Serialized

if TYPE_CHECKING:
    from tests.benchmarks.engine.recordings import Samples
    from tests.exact.explanation import Explanation


def explanations(
    engine: Variant,
    directory: Path,
    recordings: "Sequence[Samples]",
    found: Sequence[Serialized],
) -> "list[Explanation]":
    """Say of each recording why the engine found something else; in a process of its own."""
    prepare(engine)
    import torch

    from tests.exact.explanation import Steps
    from tests.exact.models import Model
    from tests.fakes.speech import waveform

    device, model = torch.device(engine.device), Model(directory.name, lambda: directory)
    stock, steps = model.open().to(device), Steps(model.open().to(device))
    try:
        return [
            steps.explain(Recording(waveform(samples)), Answer(turns, np.empty(0)), stock)
            for samples, turns in zip(recordings, found, strict=True)
        ]
    finally:
        steps.close()
