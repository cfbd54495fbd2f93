"""Of a worker to which everything has happened, every panel shows something.

A real worker with the demonstration model, real brokers, a real store and a real Prometheus.
The GPU alone is pretended.
"""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy.grafana.boards.catalogue import BOARDS, questions
from tests.conftest import unavailable
from tests.e2e.figures.scene import Scene, play, set_up
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
        unavailable(error, "panels")


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
