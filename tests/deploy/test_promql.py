"""Whether the queries of the dashboards count what happened, once, and of the right workers."""

import json
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from deploy.grafana.boards.promql import (
    WINDOW,
    by_worker,
    chosen,
    events,
    if_all_know,
    increase,
    mean,
    or_zero,
    quantile,
    rate,
    shares,
    total,
)
from tests.conftest import unavailable
from tests.stack import prerequisites
from tests.stack.prerequisites import UnavailableError

# Scraped each 15 s; the window that Grafana takes for steps of a minute.
SCRAPES, RATE_INTERVAL = "15s", "75s"
PAGE = 'job="turnstream", instance="a:9464"'
WORKER = f'turnstream_worker_info{{{PAGE}, worker="a", group="calls"}}'
READS = f"turnstream_jobs_in_flight{{{PAGE}}}"
DEAD_LETTERS = f'turnstream_dead_letters_total{{{PAGE}, code="audio_empty"}}'
BY_CODE = total(events("turnstream_dead_letters_total"), "code")
Samples = Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Promtool:
    """Prometheus' own tester of expressions."""

    program: str
    directory: Path

    def finds(self, expr: str, series: Mapping[str, str], at: str, samples: Samples) -> None:
        """Fail unless the expression has these samples, of these series, at that moment."""
        said = {"expr": expr, "eval_time": at}
        found = [{"labels": labels, "value": value} for labels, value in samples.items()]
        given = [{"series": name, "values": values} for name, values in series.items()]
        test = {
            "interval": SCRAPES,
            "input_series": given,
            "promql_expr_test": [{**said, "exp_samples": found}],
        }
        file = self.directory / "test.yml"
        file.write_text(json.dumps({"tests": [test]}), "utf-8")
        ended = subprocess.run(
            [self.program, "test", "rules", file], capture_output=True, text=True, check=False
        )
        assert ended.returncode == 0, ended.stdout + ended.stderr


@pytest.fixture
def promtool(tmp_path: Path) -> Promtool:
    """The tester, where this machine has it."""
    try:
        return Promtool(prerequisites.promtool(), tmp_path)
    except UnavailableError as error:
        unavailable(error, "tests of queries")


def plain(expr: str, cluster: str = ".*", worker: str = ".*") -> str:
    """The expression without Grafana's variables."""
    values = {WINDOW: RATE_INTERVAL, "$cluster": cluster, "$group": ".*", "$worker": worker}
    for variable, value in values.items():
        expr = expr.replace(variable, value)
    return expr


@pytest.mark.parametrize(
    ("at", "counted"), [("1m", 0), ("2m", 1), ("3m", 0), ("4m", 0)], ids=lambda each: str(each)
)
def test_the_first_event_is_in_one_bar(promtool: Promtool, at: str, counted: int) -> None:
    series = {WORKER: "1x20", READS: "0x20", DEAD_LETTERS: "_x5 1x14"}

    expr = plain(total(events("turnstream_dead_letters_total")))

    promtool.finds(f"{expr} or vector(0)", series, at, {"{}": counted})


def test_what_was_counted_while_nobody_looked_is_no_event_of_now(promtool: Promtool) -> None:
    unseen = "_x30"
    series = {
        WORKER: f"1x4 {unseen} 1x10",
        READS: f"0x4 {unseen} 0x10",
        DEAD_LETTERS: f"5x4 {unseen} 900x10",
    }

    promtool.finds(plain(BY_CODE), series, "9m15s", {'{code="audio_empty"}': 0})


def test_what_a_worker_did_before_it_went_counts(promtool: Promtool) -> None:
    series = {
        WORKER: "1x6 stale",
        READS: "0x6 stale",
        DEAD_LETTERS: "_x5 1x1 stale",
        f"turnstream_retries_total{{{PAGE}}}": "0x4 5x1 stale",
    }

    promtool.finds(plain(BY_CODE), series, "2m", {'{code="audio_empty"}': 1})
    promtool.finds(
        f"{plain(total(increase('turnstream_retries_total')))} > bool 4", series, "2m", {"{}": 1}
    )
    promtool.finds(plain(total(chosen("turnstream_jobs_in_flight"))), series, "2m", {})


def test_workers_of_two_clusters_are_told_apart_at_the_same_address(promtool: Promtool) -> None:
    series = {
        f'turnstream_{name}{{{PAGE}, cluster="{cluster}"{labels}}}': values
        for cluster, jobs in (("east", "3x9"), ("west", "5x9"))
        for name, labels, values in (
            ("worker_info", f', worker="{cluster}-0", group="calls"', "1x9"),
            ("jobs_in_flight", "", jobs),
        )
    }

    promtool.finds(
        plain(total(chosen("turnstream_jobs_in_flight")), cluster="west"), series, "1m", {"{}": 5}
    )
    promtool.finds(
        plain(total(by_worker("turnstream_jobs_in_flight"), "worker")),
        series,
        "1m",
        {'{worker="east-0"}': 3, '{worker="west-0"}': 5},
    )


def test_an_estimate_waits_for_the_last_worker_that_has_partitions(promtool: Promtool) -> None:
    known, unknown = 'instance="a"', 'instance="b"'
    series = {
        f'turnstream_worker_info{{{known}, worker="a"}}': "1x9",
        f'turnstream_worker_info{{{unknown}, worker="b"}}': "1x9",
        f"turnstream_backlog_eta_seconds{{{known}}}": "60x9",
        f'turnstream_backlog_jobs{{{known}, partition="0"}}': "1x9",
        f'turnstream_backlog_jobs{{{unknown}, partition="1"}}': "1x9",
    }
    figure = "turnstream_backlog_eta_seconds"

    expr = if_all_know(total(chosen(figure)), figure)

    promtool.finds(plain(expr), series, "1m", {})
    promtool.finds(plain(expr, worker="a"), series, "1m", {"{}": 60})


def test_nothing_observed_is_neither_nan_nor_zero(promtool: Promtool) -> None:
    buckets = {f'turnstream_job_seconds_bucket{{{PAGE}, le="{le}"}}': "7x9" for le in ("1", "+Inf")}
    series = {WORKER: "1x9", **buckets, f"turnstream_jobs_total{{{PAGE}}}": "7x9"}
    ended = total(rate("turnstream_jobs_total"))

    promtool.finds(plain(quantile(0.5, "turnstream_job_seconds")), series, "2m", {})
    promtool.finds(plain(shares(ended, ended)), series, "2m", {})


def test_a_model_that_was_loaded_once_shows_what_that_took(promtool: Promtool) -> None:
    loads = {
        f'turnstream_model_load_seconds_{name}{{{PAGE}, model="demo"}}': f"_x5 {value}x14"
        for name, value in (("sum", 12), ("count", 1))
    }

    expr = plain(mean("turnstream_model_load_seconds", "model"))

    promtool.finds(expr, {WORKER: "1x20", READS: "0x20", **loads}, "2m", {'{model="demo"}': 12})


def test_zero_takes_the_place_of_nothing_and_of_nothing_else(promtool: Promtool) -> None:
    expr = plain(or_zero(BY_CODE, code="none"))
    resting = {WORKER: "1x20", READS: "0x20"}

    promtool.finds(expr, resting, "2m", {'{code="none"}': 0})
    promtool.finds(expr, {**resting, DEAD_LETTERS: "_x5 1x14"}, "2m", {'{code="audio_empty"}': 1})
    promtool.finds(expr, {}, "2m", {})
