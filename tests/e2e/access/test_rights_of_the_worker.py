"""The rules that the page for operators gives to a worker are enough, and each of them is needed.

The rules are read from the page. With one missing, the worker says which, and loses nothing.
"""

import pytest

from tests.e2e.access import rights
from tests.e2e.access.service import INSTANT_WORKER, Service
from tests.e2e.worker_process import WorkerProcess, launched, running

pytestmark = [pytest.mark.kafka, pytest.mark.slow]

SECONDS = 30.0
RULES = rights.documented("worker")
UNCHECKED = "settings cannot be read and are not checked"
COMPLAINTS = (UNCHECKED, "kafka error", "publication goes again")


def settings_without(service: Service, missing: str = "") -> dict[str, str]:
    """A worker that has all documented rights but one."""
    rules = [rule for rule in RULES if rights.describes(rule) != missing]
    assert len(rules) == len(RULES) - bool(missing), f"no such rule: {missing}"
    user = service.granted(rules)
    return service.worker_settings(service.broker.with_password(user))


def says(worker: WorkerProcess, event: str, field: str, text: str) -> bool:
    """Whether the worker has logged the event with that text in a field."""
    return any(text in str(record.get(field)) for record in worker.events(event))


def test_with_all_of_them_jobs_are_answered_and_nothing_is_complained_of(service: Service) -> None:
    with running("worker", settings_without(service), INSTANT_WORKER) as worker:
        service.send_job()
        worker.wait_until(service.has_caught_up, SECONDS)

        assert worker.stop() == 0
        assert worker.events("job settled")
        assert [event for event in COMPLAINTS if worker.events(event)] == []


@pytest.mark.parametrize(
    ("missing", "event", "field", "text"),
    [
        (
            "READ TOPIC turnstream.jobs",
            "kafka error",
            "error",
            "TOPIC_AUTHORIZATION_FAILED",
        ),
        (
            "WRITE TOPIC turnstream.results",
            "publication goes again",
            "problem",
            "turnstream.results",
        ),
        (
            "WRITE TOPIC turnstream.dead-letters",
            "publication goes again",
            "problem",
            "turnstream.dead-letters",
        ),
        (
            "READ GROUP turnstream",
            "kafka error",
            "error",
            "GROUP_AUTHORIZATION_FAILED",
        ),
        (
            "DESCRIBE_CONFIGS TOPIC turnstream.results",
            UNCHECKED,
            "settings_of",
            "turnstream.results",
        ),
        (
            "DESCRIBE_CONFIGS BROKER kafka-cluster",
            UNCHECKED,
            "settings_of",
            "brokers",
        ),
    ],
)
def test_with_one_missing_the_log_says_what_is_refused(
    service: Service, missing: str, event: str, field: str, text: str
) -> None:
    service.send_job()

    with launched("worker", settings_without(service, missing), INSTANT_WORKER) as worker:
        worker.wait_until(lambda: says(worker, event, field, text), SECONDS)


def test_without_its_transactional_ids_it_does_not_start(service: Service) -> None:
    missing = "WRITE TRANSACTIONAL_ID turnstream-turnstream-"

    with launched("worker", settings_without(service, missing), INSTANT_WORKER) as worker:
        assert worker.process.wait(SECONDS) == 2

        [refused] = worker.events("worker cannot start")
        assert "transactional" in refused["reason"].lower()
