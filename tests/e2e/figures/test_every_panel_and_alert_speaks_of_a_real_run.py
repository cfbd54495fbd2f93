"""Of a worker to which everything has happened, every panel shows something, and alerts know it.

A real worker with the demonstration model, real brokers, a real store and a real Prometheus, with
the rules as they are deployed. The GPU alone is pretended.
"""

import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from deploy.grafana.boards.catalogue import BOARDS, questions
from tests.conftest import unavailable
from tests.e2e.figures.scene import RULES, SECONDS, Scene, play, set_up
from tests.stack.kafka import KafkaCluster
from tests.stack.object_server import ObjectServer
from tests.stack.prerequisites import UnavailableError

pytestmark = [pytest.mark.kafka, pytest.mark.s3, pytest.mark.slow]

WINDOW = "2m"
"""Longer than the whole run."""
ENDED = Counter(
    {"succeeded": 11, "invalid_job": 3, "model_unavailable": 3, "audio_not_found": 1},
)
HAPPENED = {
    "turnstream_retries_total": 3,
    "turnstream_jobs_held_total": 1,
    "turnstream_dead_letters_total": 7,
    "turnstream_model_load_failures_total": 1,  # for a while it is remembered
    'turnstream_model_unloads_total{reason="evicted"}': 3,
}
"""What the worker did at least so often."""


@pytest.fixture(scope="module")
def scene(
    engine: None, kafka: KafkaCluster, minio: ObjectServer, recording: Path
) -> Iterator[Scene]:
    """Played to its end, and known to Prometheus."""
    try:
        with set_up(kafka, minio, recording) as scene:
            play(scene)
            scene.until_seen(f"sum(turnstream_jobs_total) == {ENDED.total()}")
            yield scene
    except UnavailableError as error:
        unavailable(error, "panels and alerts")


def test_everything_has_happened(scene: Scene) -> None:
    counted = {name: scene.queries.value(f"sum({name})") or 0 for name in HAPPENED}

    assert scene.endings() == ENDED
    assert {name: count for name, count in counted.items() if count < HAPPENED[name]} == {}


def test_every_panel_has_shown_a_number(scene: Scene) -> None:
    asked = list(questions(WINDOW))

    empty = [
        (question.board, question.panel, question.expr)
        for question in asked
        if not scene.queries.has_had_a_number(question.expr)
    ]

    assert empty == []
    assert {question.board for question in asked} == {board.name for board in BOARDS}


def test_every_rule_can_be_evaluated(scene: Scene) -> None:
    rules = scene.queries.rules()

    assert {rule["name"]: rule.get("lastError") for rule in rules if rule["health"] != "ok"} == {}
    assert len(rules) == sum(map(rules_in, RULES))


def rules_in(file: Path) -> int:
    groups = yaml.safe_load(file.read_text("utf-8"))["groups"]
    return sum(len(group["rules"]) for group in groups)


def test_a_worker_that_is_gone_is_noticed(scene: Scene) -> None:
    scene.worker.process.kill()

    deadline = time.monotonic() + SECONDS
    while time.monotonic() < deadline:
        noticed = {alert["name"] for alert in scene.queries.rules() if alert.get("alerts")}
        if "TurnstreamWorkerDown" in noticed:
            return
        time.sleep(0.2)
    pytest.fail(f"after {SECONDS:.0f} s only these alerts: {noticed}")
