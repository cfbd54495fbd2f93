"""A worker whose models take their time to load, and cost nothing once they are there."""

import os
import sys
import time

from consumer.__main__ import run
from consumer.app import Seams
from consumer.core.model import CatalogueModel
from tests.benchmarks.instant_worker import InstantDiarizer

LOAD_SECONDS = 1.0
MODELS = ("this", "that")


def load(_: CatalogueModel) -> InstantDiarizer:
    """Take as long as it takes to read weights and to put them on a device."""
    time.sleep(LOAD_SECONDS)
    return InstantDiarizer()


if __name__ == "__main__":
    code = run(Seams(load=lambda _: load))
    sys.stderr.flush()
    os._exit(code)
