"""Say how a load went."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from math import ceil

from rich.console import Console
from rich.table import Table

from producer_tools.load.tally import LATE_SECONDS, Tally


@dataclass(frozen=True, slots=True)
class Latency:
    """Seconds from a job's message to its result's."""

    p50: float
    p95: float
    p99: float
    max: float

    @classmethod
    def of(cls, seconds: Sequence[float]) -> "Latency | None":
        """Sum up what was measured; None when nothing was."""
        ranked = sorted(seconds)
        return cls(*(percentile(ranked, share) for share in (50, 95, 99, 100))) if ranked else None


@dataclass(frozen=True, slots=True)
class Answers:
    """What came back; `jobs_per_second` counts from the first job to the latest result."""

    results: Mapping[str, int]
    errors: Mapping[str, int]
    reused: int
    unanswered: int
    jobs_per_second: float | None
    latency_seconds: Latency | None

    @classmethod
    def of(cls, tally: Tally) -> "Answers":
        """Sum up what was counted."""
        return cls(
            results=dict(tally.statuses),
            errors=dict(tally.codes),
            reused=tally.reused,
            unanswered=tally.unanswered,
            jobs_per_second=_rate(len(tally.latencies), tally.answering_seconds),
            latency_seconds=Latency.of(tally.latencies),
        )


@dataclass(frozen=True, slots=True)
class LoadReport:
    """What was sent, how fast, and what came back when that was waited for.

    Rates are None where jobs were due, or sent, all at once.
    """

    name: str
    seed: int
    jobs: int
    audio_seconds: float
    offered_jobs_per_second: float | None
    achieved_jobs_per_second: float | None
    most_late_seconds: float
    answers: Answers | None

    @classmethod
    def of(cls, name: str, seed: int, tally: Tally, *, awaited: bool) -> "LoadReport":
        """Sum up a load."""
        return cls(
            name=name,
            seed=seed,
            jobs=tally.jobs,
            audio_seconds=round(tally.audio_seconds, 3),
            offered_jobs_per_second=_rate(tally.jobs, tally.due_seconds),
            achieved_jobs_per_second=_rate(tally.jobs, tally.due_seconds + tally.late_seconds),
            most_late_seconds=round(tally.most_late_seconds, 3),
            answers=Answers.of(tally) if awaited else None,
        )

    def document(self) -> dict[str, object]:
        """Say it in JSON's terms."""
        return asdict(self)


def percentile(ranked: Sequence[float], share: int) -> float:
    """Return the smallest value that so many percent do not exceed; IndexError for no values."""
    return round(ranked[max(0, ceil(len(ranked) * share / 100) - 1)], 3)


def show(report: LoadReport) -> None:
    """Print the report for people."""
    table = Table(box=None, pad_edge=False, show_header=False)
    table.add_column(style="bold")
    for name, told in _sending(report) + (_answers(report.answers) if report.answers else []):
        table.add_row(name, told)
    Console().print(table)


def _sending(report: LoadReport) -> list[tuple[str, str]]:
    late = report.most_late_seconds
    # Jobs that are all due at once are late by nature.
    kept = report.offered_jobs_per_second is None or late <= LATE_SECONDS
    achieved = _per_second(report.achieved_jobs_per_second)
    return [
        ("load", f"{report.name}, seed {report.seed}"),
        ("sent", f"{report.jobs} jobs, {report.audio_seconds:.0f} s of audio"),
        ("offered", _per_second(report.offered_jobs_per_second)),
        ("achieved", achieved if kept else f"{achieved}, up to {late:.1f} s behind"),
    ]


def _answers(answers: Answers) -> list[tuple[str, str]]:
    counts = {**answers.results, "reused": answers.reused, "unanswered": answers.unanswered}
    rows = [("results", _listed(counts))]
    if answers.errors:
        rows.append(("errors", _listed(answers.errors)))
    if answers.latency_seconds is not None:
        spans = asdict(answers.latency_seconds).items()
        rows.append(("answered", _per_second(answers.jobs_per_second)))
        rows.append(("latency", ", ".join(f"{name} {seconds:.3f} s" for name, seconds in spans)))
    return rows


def _listed(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{count} {name}" for name, count in counts.items() if count)


def _rate(count: int, seconds: float) -> float | None:
    return round(count / seconds, 3) if seconds > 0 else None


def _per_second(rate: float | None) -> str:
    return "all at once" if rate is None else f"{rate:.2f} jobs/s"
