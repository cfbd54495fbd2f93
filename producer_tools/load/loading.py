"""Carry out what `turnstream load` was told: find audio, plan, send, wait, report."""

import json
from collections.abc import Iterable, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from pathlib import Path

import typer
from rich.console import Console

from producer_tools.exits import ExitCode, NotFinishedInTime, WrongUsage
from producer_tools.kafka.broker import BrokerClients
from producer_tools.kafka.connection import KafkaConnection
from producer_tools.kafka.reading import check_topics, reading
from producer_tools.load.gathering import gather
from producer_tools.load.jobs import JobWriter
from producer_tools.load.mix import Mix
from producer_tools.load.plan import LoadPlan
from producer_tools.load.recording import Recording
from producer_tools.load.report import Answers, LoadReport, show
from producer_tools.load.running import LoadRun
from producer_tools.load.sending import JobSender
from producer_tools.load.synthesis import synthesize
from producer_tools.load.tally import Tally
from producer_tools.submit.upload import upload_to


@dataclass(frozen=True, slots=True)
class Audio:
    """Where recordings come from: named ones, or durations to be made up.

    Raises `WrongUsage` when it is neither or both.
    """

    sources: Sequence[str]
    durations: Mix[float] | None
    upload_prefix: str | None

    def __post_init__(self) -> None:
        if bool(self.sources) == bool(self.durations):
            raise WrongUsage("name audio to choose from, or make it up with --synthesize")
        if self.durations and not self.upload_prefix:
            raise WrongUsage(
                "--synthesize: say where made-up audio goes, with --upload s3://bucket/prefix/ "
                "or TURNSTREAM_UPLOAD_URI"
            )

    def recordings(self) -> Mix[Recording]:
        """List, upload or make them; raises `ClientError`."""
        upload = upload_to(self.upload_prefix)
        if self.durations is None:
            return gather(self.sources, upload)
        return synthesize(self.durations, upload)


@dataclass(frozen=True, slots=True)
class LoadOrder:
    """What one command line asks for; `await_seconds` None waits for nothing."""

    plan: LoadPlan
    audio: Audio
    writer: JobWriter
    await_seconds: float | None = None


def run(order: LoadOrder, connection: KafkaConnection, json_file: Path | None) -> None:
    """Send the load and say how it went; ends with the exit code."""
    clients = BrokerClients(connection)
    check_topics(clients, [connection.jobs_topic])
    recordings = order.audio.recordings()
    order.writer.check(order.plan, recordings)
    tally = _carry_out(order, recordings, connection, clients)
    awaited = order.await_seconds is not None
    report = LoadReport.of(order.writer.load_name, order.plan.seed, tally, awaited=awaited)
    show(report)
    if json_file:
        json_file.write_text(json.dumps(report.document(), indent=2) + "\n", "utf-8")
    if report.answers:
        _end(report.answers)


def _carry_out(
    order: LoadOrder,
    recordings: Mix[Recording],
    connection: KafkaConnection,
    clients: BrokerClients,
) -> Tally:
    with ExitStack() as closing:
        answers = None
        if order.await_seconds is not None:
            answers = closing.enter_context(reading(clients, [connection.results_topic]))
        sender = JobSender(clients, connection.jobs_topic)
        load = LoadRun(order.writer, sender, answers, Tally())
        _watch(load.send(order.plan.sends(recordings)), load.tally)
        sender.flush()
        if order.await_seconds is not None:
            _watch(load.follow(order.await_seconds), load.tally)
    return load.tally


def _watch(steps: Iterable[None], tally: Tally) -> None:
    """Go on to the end, or to Ctrl-C, beside a line that says how far things are."""
    with Console(stderr=True).status(str(tally)) as status, suppress(KeyboardInterrupt):
        for _ in steps:
            status.update(str(tally))


def _end(answers: Answers) -> None:
    """Let the exit code say what became of the jobs."""
    if answers.unanswered:
        raise NotFinishedInTime(f"{answers.unanswered} jobs have no result yet")
    if answers.results.keys() - {"succeeded"}:
        raise typer.Exit(ExitCode.FAILED)
