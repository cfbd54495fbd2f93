"""Whether new topics keep the contract, and a difference in existing ones is found."""

from dataclasses import replace

import pytest

from producer_tools.kafka.connection import KafkaConnection
from producer_tools.topics.plan import ExistingTopic, TopicSizes, findings, plans

CONNECTION = KafkaConnection(
    jobs_topic="jobs", results_topic="results", dead_letters_topic="letters"
)


def as_planned(partitions: int = 6) -> dict[str, ExistingTopic]:
    return {
        plan.name: ExistingTopic(plan.partitions, plan.settings)
        for plan in plans(CONNECTION, TopicSizes(partitions, 3, 7.0))
    }


def with_setting(topic: str, name: str, value: str) -> dict[str, ExistingTopic]:
    topics = as_planned()
    old = topics[topic]
    return topics | {topic: replace(old, settings={**old.settings, name: value})}


def broken(topics: dict[str, ExistingTopic], partitions: int = 2) -> list[tuple[str, str]]:
    found = findings(topics, CONNECTION, partitions)
    return [(one.topic, one.rule) for one in found if not one.holds]


def test_what_is_created_keeps_every_rule() -> None:
    assert broken(as_planned()) == []


def test_retention_and_copies_are_the_operators() -> None:
    plan = plans(CONNECTION, TopicSizes(6, 3, 0.5))[0]

    assert plan.settings["retention.ms"] == "43200000"
    assert (plan.partitions, plan.replication_factor) == (6, 3)


@pytest.mark.parametrize("topic", ["jobs", "results", "letters"])
@pytest.mark.parametrize("policy", ["compact", "compact,delete"])
def test_a_compacted_topic_is_found(topic: str, policy: str) -> None:
    topics = with_setting(topic, "cleanup.policy", policy)

    assert broken(topics) == [(topic, "is never compacted")]


def test_dead_letters_must_hold_the_largest_job_with_its_headers() -> None:
    topics = with_setting("jobs", "max.message.bytes", "2000000")

    assert broken(topics) == [("letters", "max.message.bytes >= 2016384")]


def test_results_must_hold_the_largest_result() -> None:
    topics = with_setting("results", "max.message.bytes", "100000")

    assert broken(topics) == [("results", "max.message.bytes >= 589824")]


def test_too_few_partitions_are_found() -> None:
    assert broken(as_planned(partitions=3), partitions=4) == [("jobs", "at least 4 partitions")]


@pytest.mark.parametrize("missing", ["jobs", "results", "letters"])
def test_a_missing_topic_is_found_once(missing: str) -> None:
    topics = as_planned()
    del topics[missing]

    assert broken(topics) == [(missing, "exists")]
