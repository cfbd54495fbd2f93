"""The command `turnstream-worker`: read the settings, configure logging, build, run."""

import argparse
import logging
import os
import signal
import sys
import threading
from collections.abc import Sequence
from typing import TYPE_CHECKING, NoReturn

from consumer.environment import SettingsError, read_settings

if TYPE_CHECKING:
    from consumer.app import Seams
    from consumer.core.lifecycle import Lifecycle
    from consumer.settings import Settings

log = logging.getLogger("turnstream.worker")

EXIT_CRASHED = 1
EXIT_SETTINGS = 2
EXIT_UNREACHABLE = 3
EXIT_FENCED = 4
EXIT_OVERDUE = 5
DESCRIPTION = "Serve jobs from Kafka: find out who speaks when in the audio they point at."
EPILOG = (
    "Settings come from the environment: see docs/settings.md and .env.example. "
    "Exit codes: 0 drained after SIGTERM; 1 a failure, restart me; 2 settings refused; "
    "3 brokers or object store did not answer; 4 another living worker has this one's instance "
    "name; 5 the grace was over before everything had ended: nothing is lost."
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a worker until it is told to stop; returns the exit code."""
    parser = argparse.ArgumentParser("turnstream-worker", description=DESCRIPTION, epilog=EPILOG)
    commands = parser.add_subparsers(dest="command", metavar="{run,digest}")
    commands.add_parser("run", help="serve jobs (the default)")
    digest = commands.add_parser("digest", help="print the sha256 to pin a model directory with")
    digest.add_argument("directory")
    chosen = parser.parse_args(arguments)
    return _digest(chosen.directory) if chosen.command == "digest" else run()


def run(seams: "Seams | None" = None) -> int:
    """Serve jobs with the settings of the environment."""
    # Both before anything could import torch or pyannote. OpenMP threads that spin while they wait
    # stall each other for seconds when the cores are shared, with the decoders to begin with.
    os.environ["PYANNOTE_METRICS_ENABLED"] = "0"
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    try:
        settings = read_settings(os.environ)
    except SettingsError as error:
        sys.stderr.write(f"{error}\n")
        return EXIT_SETTINGS
    from consumer.adapters.logs import configure_logging
    from consumer.core.lifecycle import Lifecycle

    configure_logging(settings.log.level, settings.log.format)
    lifecycle = Lifecycle(settings.worker.grace_seconds)

    def stop(*_: object) -> None:
        lifecycle.stop()
        _leave_within(settings.worker.grace_seconds)

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)
    return _serve(settings, lifecycle, seams)


def _serve(settings: "Settings", lifecycle: "Lifecycle", seams: "Seams | None") -> int:
    from consumer.app import REAL, worker

    failure: BaseException | None
    try:
        with worker(settings, lifecycle, seams or REAL) as built:
            log.info(
                "worker ready", extra={"worker": settings.worker.name, "http": built.health.address}
            )
            try:
                built.processor.run()
            finally:
                _leave_within(settings.worker.grace_seconds)
        failure = lifecycle.failure
    except Exception as error:  # noqa: BLE001 - the top of the process
        failure = error
    return _farewell(failure)


def _leave_within(seconds: float) -> None:
    """See to it that a call that hangs inside a client library does not outlive the grace."""
    overdue = threading.Timer(seconds, os._exit, [EXIT_OVERDUE])
    overdue.daemon = True
    overdue.start()


def _farewell(failure: BaseException | None) -> int:
    """Say why the worker ends, and with which code."""
    from consumer.core.errors import CannotStart, Fenced, Unreachable

    match failure:
        case None:
            log.info("worker stopped")
            return 0
        case CannotStart():
            log.error("worker cannot start", extra={"reason": str(failure)})
            return EXIT_UNREACHABLE if isinstance(failure, Unreachable) else EXIT_SETTINGS
        case Fenced():
            log.error("worker fenced", extra={"reason": str(failure)})
            return EXIT_FENCED
        case _:
            log.error("worker failed", exc_info=failure)
            return EXIT_CRASHED


def _digest(directory: str) -> int:
    from consumer.diarization.models.digest import directory_digest

    try:
        sys.stdout.write(f"{directory_digest(directory)}\n")
    except OSError as error:
        sys.stderr.write(f"{directory}: {error.strerror}\n")
        return EXIT_SETTINGS
    return 0


def leave() -> NoReturn:
    """Run the command and end the process.

    A batch that outlived the grace still runs on a daemon thread, and inside torch it does not
    survive the interpreter's own clean-up: the process ends without it.
    """
    code = main()
    logging.shutdown()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


if __name__ == "__main__":
    leave()
