"""Show how much work is waiting."""

from datetime import datetime, timedelta

from rich.console import Console
from rich.table import Table

from producer_tools.lag.measuring import Backlog, Lag


def show(lag: Lag, now: datetime) -> None:
    """Print one row per partition, and their sum."""
    table = Table(box=None, pad_edge=False)
    table.add_column("partition")
    for title in ("jobs", "audio", "oldest", "started", "in retry"):
        table.add_column(title, justify="right")
    for number, backlog in sorted(lag.partitions.items()):
        table.add_row(str(number), *_cells(backlog, now))
    table.add_row("all", *_cells(lag.total, now), style="bold")
    Console().print(table)


def _cells(backlog: Backlog, now: datetime) -> list[str]:
    return [
        str(backlog.jobs),
        _span(backlog.audio_seconds, "unknown"),
        _span(backlog.age_seconds(now), "-"),
        str(backlog.started),
        str(backlog.in_retry),
    ]


def _span(seconds: float | None, otherwise: str) -> str:
    """Write hours, minutes and seconds."""
    return otherwise if seconds is None else str(timedelta(seconds=round(seconds)))
