"""A worker whose models take their time to load, and cost little once they are there."""

import os
import sys
import time
from collections.abc import Sequence

from consumer.__main__ import run
from consumer.app import Seams
from consumer.core.model import CatalogueModel, Diarization, Recording
from consumer.core.steps import Steps
from tests.benchmarks.instant_worker import InstantDiarizer

LOAD_SECONDS = 1.0
RUN_SECONDS = 0.05
"""Of each recording: longer than fetching one takes."""
MODELS = ("this", "that")


class ReluctantDiarizer:
    """Says what an instant one says, after a moment for each recording."""

    def __init__(self, _: CatalogueModel) -> None:
        """Take as long as it takes to read weights and to put them on a device."""
        time.sleep(LOAD_SECONDS)
        self._instant = InstantDiarizer()

    def diarize(self, batch: Sequence[Recording]) -> Steps[Diarization]:
        time.sleep(RUN_SECONDS * len(batch))
        return self._instant.diarize(batch)

    def unload(self) -> None:
        """Nothing is held."""


if __name__ == "__main__":
    code = run(Seams(load=lambda _: ReluctantDiarizer))
    sys.stderr.flush()
    os._exit(code)
