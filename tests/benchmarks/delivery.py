"""What does the promise cost? Jobs per second with transactions against at-least-once.

Both modes serve the same short jobs on the same real broker, in turns within one run, so that a
noisy machine is noisy for both. The rate counts from the first result to the last: starting a
worker is not in it. `python -m tests.benchmarks.delivery` prints a table and writes JSON.
"""

import argparse
import json
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from confluent_kafka import Consumer, TopicPartition

from tests.e2e.deployment import Deployment
from tests.fakes.jobs import job_bytes
from tests.scripted.recordings import Instructions
from tests.stack import kafka
from tests.stack.kafka import KafkaCluster
from tests.stack.messages import Entry, write
from tests.stack.processes import ServerProcess
from tests.stack.topics import Topics
from tests.stack.workspace import workspace

MODES = ("transactional", "at-least-once")
TARGET = 0.85
PARTITIONS = 4
RECORDINGS = 50
PATIENCE_SECONDS = 300.0
OUTPUT = Path("bench-output") / "delivery.json"


@dataclass(frozen=True, slots=True)
class Round:
    """Jobs per second of both modes, one after the other."""

    transactional: float
    at_least_once: float

    @property
    def ratio(self) -> float:
        return self.transactional / self.at_least_once


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.delivery")
    parser.add_argument("--jobs", type=int, default=2000, help="of each mode in each round")
    parser.add_argument("--rounds", type=int, default=4)
    chosen = parser.parse_args(arguments)
    print(f"{'round':>5} {'transactional':>14} {'at-least-once':>14} {'ratio':>6}")
    rounds = []
    with kafka.running() as cluster:
        for number in range(chosen.rounds):
            rounds.append(run_round(cluster, chosen.jobs, backwards=number % 2 == 1))
            print(_line(str(number + 1), rounds[-1]), flush=True)
    ratio = median(each.ratio for each in rounds)
    print(f"jobs/s, {chosen.jobs} jobs each; median ratio {ratio:.2f} (wanted: {TARGET})")
    _write(rounds, chosen.jobs, ratio)
    return 0


def run_round(cluster: KafkaCluster, jobs: int, backwards: bool) -> Round:
    """Measure both modes; who goes first takes turns."""
    rates = {
        mode: jobs_per_second(cluster, mode, jobs) for mode in sorted(MODES, reverse=backwards)
    }
    return Round(rates["transactional"], rates["at-least-once"])


def jobs_per_second(cluster: KafkaCluster, mode: str, jobs: int) -> float:
    """Let one new worker serve so many jobs that wait for it."""
    topics = Topics.created(cluster, PARTITIONS)
    with TemporaryDirectory() as directory, workspace("worker") as place:
        deployment = Deployment.on_directory(cluster.bootstrap, topics, Path(directory), mode)
        _submit(deployment, Path(directory), jobs)
        worker = ServerProcess(
            "worker",
            [sys.executable, "-m", "tests.benchmarks.instant_worker"],
            place,
            deployment.worker_settings(f"{mode}-{topics.jobs}", TURNSTREAM_LOG__LEVEL="WARNING"),
        )
        worker.start()
        try:
            moments = _moments(cluster.bootstrap, topics.results, jobs)
        finally:
            worker.terminate()
            worker.wait(PATIENCE_SECONDS)
    return (jobs - 1) / (max(moments) - min(moments))


def _submit(deployment: Deployment, directory: Path, jobs: int) -> None:
    for number in range(RECORDINGS):
        (directory / "in" / f"{number}.wav").write_bytes(Instructions(number).wav())
    audio = [{"uri": f"{deployment.audio[0]}{number}.wav"} for number in range(RECORDINGS)]
    entries = [
        Entry(None, job_bytes(job_id=f"job-{number}", audio=audio[number % RECORDINGS]))
        for number in range(jobs)
    ]
    write(deployment.bootstrap, deployment.topics.jobs, entries)


def _moments(bootstrap: str, topic: str, count: int) -> list[float]:
    """When so many results were written, in seconds by their producer's clock."""
    reader = Consumer(
        {
            "bootstrap.servers": bootstrap,
            "group.id": "nobody",
            "enable.auto.commit": False,
            "isolation.level": "read_committed",
        }
    )
    reader.assign([TopicPartition(topic, number, 0) for number in range(PARTITIONS)])
    moments: list[float] = []
    deadline = time.monotonic() + PATIENCE_SECONDS
    try:
        while len(moments) < count:
            if time.monotonic() > deadline:
                raise TimeoutError(f"{len(moments)} of {count} results after {PATIENCE_SECONDS} s")
            messages = reader.consume(500, timeout=1.0)
            moments += [m.timestamp()[1] / 1000 for m in messages if not m.error()]
    finally:
        reader.close()
    return moments


def _line(name: str, of: Round) -> str:
    return f"{name:>5} {of.transactional:14.1f} {of.at_least_once:14.1f} {of.ratio:6.2f}"


def _write(rounds: Sequence[Round], jobs: int, ratio: float) -> None:
    OUTPUT.parent.mkdir(exist_ok=True)
    report = {
        "jobs": jobs,
        "transactional_jobs_per_second": [round(each.transactional, 1) for each in rounds],
        "at_least_once_jobs_per_second": [round(each.at_least_once, 1) for each in rounds],
        "ratios": [round(each.ratio, 3) for each in rounds],
        "ratio": round(ratio, 3),
        "wanted": TARGET,
    }
    OUTPUT.write_text(json.dumps(report, indent=2) + "\n")
    print(f"written: {OUTPUT}")


if __name__ == "__main__":
    sys.exit(main())
