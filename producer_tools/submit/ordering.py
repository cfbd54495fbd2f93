"""Carry out what `turnstream submit` was told: plan, upload, send, wait."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from secrets import token_hex

import typer
from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from producer_tools.exits import NotFinishedInTime, WrongUsage
from producer_tools.kafka.broker import BrokerClients
from producer_tools.kafka.connection import KafkaConnection
from producer_tools.kafka.reading import check_topics, reading
from producer_tools.kafka.sending import send
from producer_tools.lines import result_line
from producer_tools.submit.awaiting import AwaitedJobs
from producer_tools.submit.following import follow
from producer_tools.submit.job_request import JobRequest
from producer_tools.submit.planning import PlannedJob, new_job_id, store_files
from producer_tools.submit.sources import parse_source
from producer_tools.submit.upload import Upload, upload_to
from schemas.headers import valid_trace
from schemas.position import Position
from schemas.result import Result


@dataclass(frozen=True, slots=True)
class Order:
    """What one command line asks for."""

    sources: Sequence[str]
    request: JobRequest
    upload_prefix: str | None = None
    job_id: str | None = None
    trace: bytes | None = None
    """The `traceparent` of whoever asks; what is none is left out."""

    def plan(self, upload: Upload) -> list[PlannedJob]:
        """Plan every source before anything is uploaded or sent; raises `WrongUsage`."""
        if self.job_id and len(self.sources) > 1:
            raise WrongUsage("--job-id names one job: submit one source at a time with it")
        sources = [parse_source(text) for text in self.sources]
        return [
            PlannedJob.of(
                source, self.request, upload, self.job_id or new_job_id(source, token_hex(4))
            )
            for source in sources
        ]

    def send(
        self, clients: BrokerClients, topic: str, jobs: Sequence[PlannedJob]
    ) -> Mapping[Position, str]:
        """Send and print the ids, alone on their lines, for scripts."""
        now, trace = datetime.now(UTC), valid_trace(self.trace)
        positions = send(clients, topic, [planned.outgoing(now, trace) for planned in jobs])
        for planned in jobs:
            print(planned.job.job_id)
        ids = (planned.job.job_id for planned in jobs)
        return dict(zip(positions, ids, strict=True))


def run(order: Order, connection: KafkaConnection, timeout_seconds: float | None) -> None:
    """Submit, and follow the results when there is a time-out; ends with the exit code."""
    upload = upload_to(order.upload_prefix)
    jobs = order.plan(upload)
    clients = BrokerClients(connection)
    check_topics(clients, [connection.jobs_topic])
    store_files(jobs, upload)
    if timeout_seconds is None:
        order.send(clients, connection.jobs_topic, jobs)
        return
    with reading(clients, [connection.results_topic]) as reader:
        awaited = AwaitedJobs(order.send(clients, connection.jobs_topic, jobs))
        _show(awaited, follow(reader, awaited, timeout_seconds))
    if awaited.open_job_ids:
        still_open = ", ".join(awaited.open_job_ids)
        raise NotFinishedInTime(f"no result within {timeout_seconds:g} s for {still_open}")
    raise typer.Exit(awaited.exit_code)


def _show(awaited: AwaitedJobs, results: Iterable[Result | None]) -> None:
    """Print each result as it comes, over a line that says how far things are."""
    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    console = Console()
    # On one terminal one console must write both, or the line would be torn by the results.
    beside = console if console.is_terminal else Console(stderr=True)
    with Progress(*columns, console=beside, transient=True) as progress:
        task = progress.add_task(str(awaited))
        for result in results:
            progress.update(task, description=str(awaited))
            if result:
                console.print(result_line(result), soft_wrap=True)
