"""A worker as it is in production, but for its model, its traps and perhaps a planted bug."""

import faulthandler
import logging
import os
import resource
import signal
import sys
from functools import partial
from pathlib import Path
from typing import NoReturn

from consumer.__main__ import run
from consumer.app import Seams
from consumer.core.device_memory import Unmeasured
from consumer.core.ports import LoadDiarizer, ObjectStore
from consumer.settings import Settings
from tests.scripted.bugs import BUGS
from tests.scripted.engine import ScriptedDiarizer
from tests.scripted.traps import BUG_VARIABLE, TRAP_VARIABLE, Trapped, TrappedProducer, TrappedStore

_MEMORY_BYTES = 8 << 30
"""Of addresses: what a recording that eats memory runs into, far above what a worker needs."""


def main() -> NoReturn:
    """Serve as `turnstream-worker` does."""
    faulthandler.register(signal.SIGUSR1)  # the driver asks where everybody is stuck
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY_BYTES, _MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if bug := os.environ.get(BUG_VARIABLE):
        BUGS[bug]()
    code = run(seams(Trapped(Path(os.environ[TRAP_VARIABLE]))))
    logging.shutdown()
    sys.stderr.flush()
    os._exit(code)


def seams(trapped: Trapped) -> Seams:
    """Everything that differs from production."""

    def load(settings: Settings) -> LoadDiarizer:
        return lambda _: ScriptedDiarizer(settings.worker.name)

    def store(inner: ObjectStore) -> ObjectStore:
        return TrappedStore(inner, trapped)

    producer = partial(TrappedProducer, trapped)
    return Seams(load=load, store=store, producer=producer, memory=lambda _: Unmeasured())


if __name__ == "__main__":
    main()
