"""Whether topics are created as the contract asks, and wrong ones are refused, on a real broker."""

from pathlib import Path

import pytest

from tests.integration.producer_tools.command import command, environment
from tests.stack.kafka import KafkaCluster
from tests.stack.topics import Topics

pytestmark = pytest.mark.kafka


@pytest.fixture
def topics() -> Topics:
    return Topics.new()


def test_what_is_created_passes_the_check(
    kafka: KafkaCluster, topics: Topics, tmp_path: Path
) -> None:
    run = command(environment(kafka.bootstrap, topics, tmp_path))

    before = run("topics", "check")
    created = run("topics", "create", "--partitions", "4", "--retention-days", "1")
    again = run("topics", "create", "--partitions", "4")

    assert before.returncode == 1
    assert before.stdout.count("missing") == 3
    assert created.returncode == 0, created.stderr
    assert "broken" not in created.stdout
    assert again.returncode == 0


def test_a_compacted_jobs_topic_is_refused(
    kafka: KafkaCluster, topics: Topics, tmp_path: Path
) -> None:
    kafka.create_topic(topics.jobs, partitions=4, settings={"cleanup.policy": "compact"})

    ended = command(environment(kafka.bootstrap, topics, tmp_path))("topics", "create")

    assert ended.returncode == 1
    assert f"broken  {topics.jobs}" in ended.stdout
    assert "is never compacted" in ended.stdout


def test_a_dead_letter_topic_as_small_as_the_jobs_is_refused(
    kafka: KafkaCluster, topics: Topics, tmp_path: Path
) -> None:
    for topic in topics:
        kafka.create_topic(topic, partitions=2)

    ended = command(environment(kafka.bootstrap, topics, tmp_path))("topics", "check")

    assert ended.returncode == 1
    assert [line.split()[1] for line in ended.stdout.splitlines() if "broken" in line] == [
        topics.dead_letters
    ]
