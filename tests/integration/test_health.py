"""Whether probes and scrapes are answered with what is true now."""

import json
from collections.abc import Iterator
from http.client import HTTPConnection
from urllib.parse import urlsplit

import pytest
from prometheus_client.parser import text_string_to_metric_families

from consumer.adapters.health import HealthServer
from consumer.adapters.prometheus import Metrics
from consumer.core.liveness import Health


class Worker:
    """What a health server is asked about."""

    def __init__(self) -> None:
        self.metrics = Metrics()
        self.problem: str | None = None
        checks = {
            "/live": lambda: Health(None, {"jobs_under_way": 2}),
            "/ready": lambda: Health(self.problem, {}),
        }
        self.server = HealthServer("127.0.0.1", 0, checks, self.metrics.registry)

    def get(self, path: str) -> tuple[int, str]:
        connection = HTTPConnection(urlsplit(self.server.address).netloc, timeout=5.0)
        connection.request("GET", path)
        response = connection.getresponse()
        status, body = response.status, response.read().decode()
        connection.close()
        return status, body


@pytest.fixture
def worker() -> Iterator[Worker]:
    worker = Worker()
    with worker.server:
        yield worker


def test_says_that_all_is_well(worker: Worker) -> None:
    assert worker.get("/live") == (200, '{"reason": "ok", "jobs_under_way": 2}')
    assert worker.get("/ready?verbose=1") == (200, '{"reason": "ok"}')


def test_says_why_it_is_not_ready_until_it_is(worker: Worker) -> None:
    worker.problem = "starting"
    assert worker.get("/ready") == (503, '{"reason": "starting"}')
    assert worker.get("/live")[0] == 200

    worker.problem = None
    assert worker.get("/ready")[0] == 200


def test_names_the_paths_that_there_are(worker: Worker) -> None:
    status, body = worker.get("/health")

    assert status == 404
    assert json.loads(body) == {"reason": "not found", "paths": "/live, /ready, /metrics"}


def test_every_figure_is_explained_and_ours_or_of_the_process(worker: Worker) -> None:
    worker.metrics.jobs.tombstones.inc()

    status, body = worker.get("/metrics")

    families = {family.name: family for family in text_string_to_metric_families(body)}
    assert status == 200
    assert families["turnstream_tombstones"].samples[0].value == 1.0
    assert all(name.startswith(("turnstream_", "process_")) for name in families)
    assert all(family.documentation for family in families.values())


def test_probes_leave_no_lines(worker: Worker, capfd: pytest.CaptureFixture[str]) -> None:
    worker.get("/live")
    worker.get("/nowhere")

    assert capfd.readouterr().err == ""
