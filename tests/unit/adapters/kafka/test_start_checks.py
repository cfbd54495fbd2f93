"""Are brokers and topics that would break the promise told apart from those that keep it?"""

from dataclasses import replace

import pytest

from consumer.adapters.kafka.cluster import Cluster, Topic
from consumer.adapters.kafka.start_checks import problems_of
from consumer.settings import KafkaSettings
from schemas.topics import RESULTS_MAX_BYTES

SETTINGS = KafkaSettings(bootstrap_servers="broker:9092")
BROKERS_DEFAULT = Topic("delete", 1_048_588)
LETTERS = Topic("delete", 1_048_588 + 16 * 1024)
TOPICS = {
    SETTINGS.jobs_topic: BROKERS_DEFAULT,
    SETTINGS.results_topic: BROKERS_DEFAULT,
    SETTINGS.dead_letters_topic: LETTERS,
}
CLUSTER = Cluster("abc", TOPICS, 4096, 6000)


def problems(
    cluster: Cluster = CLUSTER,
    settings: KafkaSettings = SETTINGS,
    results_max_bytes: int = RESULTS_MAX_BYTES,
) -> list[str]:
    return list(problems_of(cluster, settings, results_max_bytes))


def with_topic(name: str, topic: Topic) -> Cluster:
    return replace(CLUSTER, topics=TOPICS | {name: topic})


def test_topics_as_the_contract_wants_them_are_fine() -> None:
    assert problems() == []


def test_what_could_not_be_found_out_is_no_problem() -> None:
    assert problems(Cluster("abc", {})) == []


@pytest.mark.parametrize("name", TOPICS)
@pytest.mark.parametrize("policy", ["compact", "compact,delete"])
def test_a_compacted_topic_is_refused_with_the_remedy(name: str, policy: str) -> None:
    topic = replace(TOPICS[name], cleanup_policy=policy)

    [problem] = problems(with_topic(name, topic))

    assert problem.startswith(f"{name} is compacted")
    assert "--bootstrap-server broker:9092" in problem
    assert problem.endswith(f"--entity-name {name} --add-config cleanup.policy=delete")


def test_dead_letters_must_hold_the_largest_job_and_its_headers() -> None:
    cluster = with_topic(SETTINGS.dead_letters_topic, BROKERS_DEFAULT)

    [problem] = problems(cluster)

    assert "1048588 bytes" in problem
    assert problem.endswith(
        f"--entity-name {SETTINGS.dead_letters_topic} --add-config max.message.bytes=1064972"
    )


def test_dead_letters_must_hold_the_largest_message_that_is_written() -> None:
    settings = SETTINGS.model_copy(update={"message_max_bytes": 2_000_000})

    [problem] = problems(settings=settings)

    assert "set TURNSTREAM_KAFKA__MESSAGE_MAX_BYTES=1064972 (it is 2000000)" in problem


@pytest.mark.parametrize(
    ("results_max_bytes", "needed"), [(RESULTS_MAX_BYTES, 540_672), (1000, 524_288)]
)
def test_results_must_fit_into_their_topic(results_max_bytes: int, needed: int) -> None:
    small = with_topic(SETTINGS.results_topic, Topic("delete", needed - 1))

    [problem] = problems(small, results_max_bytes=results_max_bytes)

    assert f"results may have {needed}" in problem
    assert "TURNSTREAM_OUTPUT__RESULTS_MAX_BYTES" in problem
    enough = with_topic(SETTINGS.results_topic, Topic("delete", needed))
    assert problems(enough, results_max_bytes=results_max_bytes) == []


def test_commits_must_be_able_to_carry_their_metadata() -> None:
    [problem] = problems(replace(CLUSTER, metadata_max_bytes=1000))

    assert "set TURNSTREAM_KAFKA__METADATA_MAX_BYTES=1000 (it is 4096)" in problem


def test_a_session_must_be_one_that_the_brokers_take() -> None:
    short = SETTINGS.model_copy(update={"properties": {"session.timeout.ms": "5999"}})

    [problem] = problems(settings=short)

    assert "6000" in problem
    assert problem.endswith("session.timeout.ms=5999")
    enough = SETTINGS.model_copy(update={"properties": {"session.timeout.ms": "6000"}})
    assert problems(settings=enough) == []


def test_simulated_brokers_have_no_transactions() -> None:
    simulated = Cluster("mockCluster12ab", {})

    [problem] = problems(simulated)

    assert "set TURNSTREAM_KAFKA__DELIVERY=at-least-once" in problem
    at_least_once = SETTINGS.model_copy(update={"delivery": "at-least-once"})
    assert problems(simulated, at_least_once) == []


def test_every_problem_is_told_at_once() -> None:
    compacted = {name: replace(topic, cleanup_policy="compact") for name, topic in TOPICS.items()}

    assert len(problems(Cluster("abc", compacted, 100))) == 4
