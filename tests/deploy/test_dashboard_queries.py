"""Whether every panel has an answer from a real Prometheus, of workers at work and at rest."""

import math
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import pytest

from consumer.adapters.health import HealthServer
from consumer.adapters.prometheus import Metrics
from consumer.adapters.telemetry import LogsAndMetrics
from consumer.core.device_time import Doing
from consumer.core.loop_time import Phase
from consumer.core.standing import Standing
from deploy.grafana.boards.board import NOBODY
from deploy.grafana.boards.catalogue import Question, questions
from deploy.grafana.boards.promql import ZERO, events, total
from tests.benchmarks.scrape import everything_happens
from tests.conftest import unavailable
from tests.fakes.gpu import driver
from tests.stack import prometheus
from tests.stack.prerequisites import UnavailableError
from tests.stack.queries import Queries

WINDOW = "1m"
SCRAPES = 4
DEADLINE_SECONDS = 60.0


def metrics_of(worker: str) -> Metrics:
    """Those of a worker of that name, with a GPU."""
    return Metrics(driver(50), {"worker": worker, "group": "calls"})


@dataclass(slots=True)
class Workers:
    """One to which everything happens again and again, one at rest, and who scrapes them."""

    queries: Queries
    at_work: Metrics
    at_rest: Metrics = field(default_factory=lambda: metrics_of("at-rest"))

    def goes_on(self) -> None:
        """Let time pass for both."""
        everything_happens(self.at_work, partitions=4)
        resting = LogsAndMetrics(self.at_rest)
        resting.device_spent(Doing.NOTHING, 1.0)
        resting.loop_spent(Phase.POLL, 1.0)
        resting.stands(Standing(1.0))


def wait_for_scrapes(workers: Workers) -> None:
    """Return when Prometheus has seen both so often that it knows rates."""
    expr = f"min(count_over_time(turnstream_worker_info[{WINDOW}])) and count(up) > 2"
    deadline = time.monotonic() + DEADLINE_SECONDS
    while max((value for _, value in workers.queries.answers(expr)), default=0) < SCRAPES:
        assert time.monotonic() < deadline, "Prometheus does not scrape"
        workers.goes_on()
        time.sleep(0.2)


@pytest.fixture(scope="module")
def workers() -> Iterator[Workers]:
    """Both, scraped often enough."""
    at_work, at_rest = metrics_of("at-work"), metrics_of("at-rest")
    with ExitStack() as stack:
        served = [
            stack.enter_context(HealthServer("127.0.0.1", 0, {}, metrics.registry))
            for metrics in (at_work, at_rest)
        ]
        targets = [urlsplit(server.address).netloc for server in served]
        try:
            url = stack.enter_context(prometheus.running(targets))
        except UnavailableError as error:
            unavailable(error, "queries of dashboards")
        found = Workers(Queries(url), at_work, at_rest)
        wait_for_scrapes(found)
        yield found


def silent(workers: Workers, asked: Iterator[Question]) -> list[Question]:
    """Those without an answer; an answer is never NaN."""
    found = {question: workers.queries.answers(question.expr) for question in asked}
    for question, answers in found.items():
        assert not [value for _, value in answers if math.isnan(value)], question
    return [question for question, answers in found.items() if not answers]


def test_every_panel_has_an_answer_while_a_worker_works(workers: Workers) -> None:
    assert silent(workers, questions(WINDOW, "at-work")) == []


def test_a_worker_at_rest_has_one_wherever_the_panel_does_not_say_what_is_missing(
    workers: Workers,
) -> None:
    unanswered = silent(workers, questions(WINDOW, "at-rest"))

    assert [question for question in unanswered if question.absent == NOBODY] == []


def test_what_nobody_can_estimate_is_not_drawn_as_zero(workers: Workers) -> None:
    unanswered = silent(workers, questions(WINDOW, "at-rest"))

    assert {
        "When will the backlog be done?",
        "How much audio is in them?",
        "How many jobs have not ended?",
    } <= {question.panel for question in unanswered}


def test_figures_of_a_worker_that_was_not_chosen_do_not_count(workers: Workers) -> None:
    of_all, of_one = (
        {
            question.panel: workers.queries.answers(question.expr)
            for question in questions(WINDOW, name)
        }
        for name in (".*", "at-rest")
    )

    title = "How did jobs end in this time range?"
    assert len(of_all[title]) == 3
    assert of_one[title] == [({"status": "succeeded"}, 0.0)]


def test_the_first_event_of_its_kind_counts(workers: Workers) -> None:
    workers.at_rest.jobs.dead_letters.labels("audio_empty").inc()
    asked = total(events('turnstream_dead_letters_total{code="audio_empty"}'), "code")
    [first] = [asked.replace("$__rate_interval", WINDOW).replace("$worker", "at-rest")]
    expr = first.replace("$cluster", ".*").replace("$group", ".*")

    deadline = time.monotonic() + DEADLINE_SECONDS
    while not (answers := workers.queries.answers(expr)) and time.monotonic() < deadline:
        time.sleep(0.2)

    assert answers == [({"code": "audio_empty"}, 1.0)]


def test_where_no_worker_answers_nothing_is_drawn_as_zero(workers: Workers) -> None:
    assert workers.queries.answers(ZERO.replace("$worker", "nobody").replace("$", "")) == []
