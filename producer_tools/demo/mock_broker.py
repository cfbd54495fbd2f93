"""How a simulated Kafka cluster runs as a process of its own.

Simulated by librdkafka's test double, not a broker: records live in memory, at most 5 MiB of them
a partition, delivery is at least once, and there are no transactions. `python -m` of this module
prints `BOOTSTRAP=host:port,...` and serves until its standard input closes, which is also what the
death of the process that started it does.
"""

import argparse
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import NoReturn

from producer_tools.demo.mock_cluster import MockCluster, MockClusterError

_ANNOUNCEMENT = "BOOTSTRAP="
_STOP_SECONDS = 5.0


@contextmanager
def running(topics: Mapping[str, int] | None = None, brokers: int = 1) -> Iterator[str]:
    """Bootstrap address of a new simulated cluster; `topics` names partitions; stopped at the end.

    Raises `MockClusterError` when the process ends before it serves.
    """
    process = subprocess.Popen(  # noqa: S603  our own module, run by our own interpreter
        _command(topics or {}, brokers),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        # Ctrl-C is for the process that runs the demonstration: it stops this one last.
        start_new_session=True,
    )
    try:
        yield _announced(process)
    finally:
        _stop(process)


def main(arguments: Sequence[str] | None = None) -> None:
    """Serve until standard input closes or SIGTERM arrives."""
    parser = argparse.ArgumentParser(description="A simulated, in-memory Kafka cluster.")
    parser.add_argument("--topic", action="append", default=[], type=_topic, metavar="NAME:COUNT")
    parser.add_argument("--brokers", default=1, type=int)
    options = parser.parse_args(arguments)
    signal.signal(signal.SIGTERM, _leave)
    with MockCluster(options.brokers) as cluster:
        for name, partitions in options.topic:
            cluster.create_topic(name, partitions)
        print(f"{_ANNOUNCEMENT}{cluster.bootstrap}", flush=True)
        sys.stdin.read()


def _command(topics: Mapping[str, int], brokers: int) -> list[str]:
    named = [f"--topic={name}:{partitions}" for name, partitions in topics.items()]
    return [sys.executable, "-m", __spec__.name, f"--brokers={brokers}", *named]


def _announced(process: subprocess.Popen[str]) -> str:
    line = process.stdout.readline() if process.stdout else ""
    if not line.startswith(_ANNOUNCEMENT):
        raise MockClusterError("the simulated cluster ended at its start")
    return line.removeprefix(_ANNOUNCEMENT).strip()


def _stop(process: subprocess.Popen[str]) -> None:
    process.terminate()
    try:
        process.communicate(timeout=_STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.communicate()


def _topic(text: str) -> tuple[str, int]:
    name, _, partitions = text.rpartition(":")
    return name, int(partitions)


def _leave(_signal: int, _frame: object) -> NoReturn:
    raise SystemExit(0)


if __name__ == "__main__":
    main()
