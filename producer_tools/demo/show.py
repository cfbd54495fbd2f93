"""Tell the story of the demonstration: start everything, submit, watch, compare, clear up."""

import signal
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Final, NoReturn

from rich.console import Console
from rich.live import Live

from producer_tools.demo import mock_broker, worker_process
from producer_tools.demo.board import Board
from producer_tools.demo.jobs import demo_jobs
from producer_tools.demo.layout import Assets, Layout
from producer_tools.demo.outcome import Recording, compare
from producer_tools.demo.png import write_png
from producer_tools.demo.report import show_report
from producer_tools.demo.summary import write_summary
from producer_tools.demo.view import LiveView
from producer_tools.demo.worker_process import WorkerProcess
from producer_tools.exits import ClientError, NotFinishedInTime
from producer_tools.kafka.broker import BrokerClients
from producer_tools.kafka.connection import KafkaConnection
from producer_tools.kafka.reading import TopicReader, reading
from producer_tools.kafka.sending import send
from producer_tools.submit.awaiting import AwaitedJobs
from producer_tools.submit.following import follow, readable_result
from schemas.topics import DEAD_LETTERS_TOPIC, JOBS_TOPIC, RESULTS_TOPIC

_TOPICS: Final = {JOBS_TOPIC: 2, RESULTS_TOPIC: 2, DEAD_LETTERS_TOPIC: 1}
# The first run compiles bytecode and builds caches on a cold disk.
_PATIENCE_SECONDS: Final = 600.0
_METRICS_EVERY_SECONDS: Final = 1.0
_SILENCE_SECONDS: Final = 1.0


class PromiseBroken(ClientError):
    """A submitted job did not end in exactly one terminal result."""


class Surprised(ClientError):
    """A job ended, but not as it was meant to."""


def run(output: Path) -> None:
    """Show a whole run; raises `ClientError` when a job does not end exactly once."""
    started = time.monotonic()
    assets = Assets.found()
    layout = Layout.fresh(output)
    console = Console()
    console.print("\n [bold]Turnstream[/]  Kafka in, speaker turns out\n", highlight=False)
    with _ended_by_signals(), mock_broker.running(_TOPICS) as bootstrap:
        clients = BrokerClients(KafkaConnection(bootstrap_servers=bootstrap))
        board = Board(demo_jobs(assets, layout), bootstrap)
        with (
            worker_process.running(bootstrap, layout, assets.model) as worker,
            Live(LiveView(board, layout), console=console, refresh_per_second=8),
        ):
            _submit_and_watch(clients, board, worker)
        _check_promise(clients, board)
    console.print()
    recordings = _recordings(board, layout)
    wall_seconds = time.monotonic() - started
    write_summary(layout.summary, list(board.results.values()), recordings, wall_seconds)
    show_report(recordings, layout, wall_seconds)
    if names := board.surprises():
        raise Surprised(f"{', '.join(names)}: ended otherwise than meant; see {layout.worker_log}")


def _submit_and_watch(clients: BrokerClients, board: Board, worker: WorkerProcess) -> None:
    with reading(clients, [RESULTS_TOPIC]) as reader:
        board.positions = send(clients, JOBS_TOPIC, [job.outgoing for job in board.jobs])
        names = (job.name for job in board.jobs)
        awaited = AwaitedJobs(dict(zip(board.positions, names, strict=True)))
        _watch(reader, awaited, board, worker)
    if awaited.open_job_ids:
        still_open = ", ".join(awaited.open_job_ids)
        raise NotFinishedInTime(f"no result within {_PATIENCE_SECONDS:.0f} s for {still_open}")


def _watch(reader: TopicReader, awaited: AwaitedJobs, board: Board, worker: WorkerProcess) -> None:
    asked = 0.0
    for result in follow(reader, awaited, _PATIENCE_SECONDS):
        if result:
            board.results[result.origin.position] = result
        worker.check()
        board.worker_is_ready = board.worker_is_ready or worker.is_ready()
        if time.monotonic() - asked > _METRICS_EVERY_SECONDS:
            board.jobs_in_flight = worker.jobs_in_flight()
            asked = time.monotonic()


def _check_promise(clients: BrokerClients, board: Board) -> None:
    """Read everything that the worker, which has ended, has ever published."""
    with reading(clients, [RESULTS_TOPIC, DEAD_LETTERS_TOPIC], from_beginning=True) as reader:
        published = list(iter(lambda: reader.poll(_SILENCE_SECONDS), None))
    results = filter(None, map(readable_result, published))
    counts = Counter(result.origin.position for result in results)
    if counts != Counter(board.positions):
        raise PromiseBroken(f"not every job ended exactly once: {dict(counts)}")
    failed = sum(result.status == "failed" for result in board.results.values())
    letters = sum(message.position.topic == DEAD_LETTERS_TOPIC for message in published)
    if letters != failed:
        raise PromiseBroken(f"{failed} jobs failed, but there are {letters} dead letters")


def _recordings(board: Board, layout: Layout) -> Sequence[Recording]:
    recordings = []
    for job in board.jobs:
        result = board.result(job)
        if job.audio and result and result.status == "succeeded":
            recording = compare(job, job.audio, result)
            picture = layout.pictures / f"{job.name}.png"
            write_png(recording, picture)
            recordings.append(replace(recording, files=(*recording.files, picture)))
    return recordings


@contextmanager
def _ended_by_signals() -> Iterator[None]:
    """Clear up also when the terminal goes away or a supervisor ends us."""
    before = {number: signal.signal(number, _end) for number in (signal.SIGTERM, signal.SIGHUP)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _end(number: int, _frame: object) -> NoReturn:
    raise SystemExit(128 + number)
