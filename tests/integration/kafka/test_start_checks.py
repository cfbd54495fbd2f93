"""Are brokers and topics refused at start that would break the promise, and no others?"""

import time
from collections.abc import Iterator, Mapping

import pytest
from confluent_kafka import KafkaError, Message, Producer
from confluent_kafka.admin import AdminClient
from confluent_kafka.admin._acl import AclBinding, AclOperation, AclPermissionType
from confluent_kafka.admin._config import ConfigResource
from confluent_kafka.admin._resource import ResourcePatternType, ResourceType

from consumer.adapters.kafka.configuration import BrokersUnreachable, producer_properties
from consumer.adapters.kafka.start_checks import check_topics
from consumer.core.errors import CannotStart
from consumer.settings import KafkaSettings
from schemas.topics import DEAD_LETTER_HEADROOM_BYTES, RESULTS_MAX_BYTES
from tests.conftest import unavailable
from tests.stack.kafka import KafkaCluster, running
from tests.stack.prerequisites import UnavailableError
from tests.stack.topics import BROKERS_DEFAULT_BYTES, limited_to

LARGEST_RESULT = RESULTS_MAX_BYTES + DEAD_LETTER_HEADROOM_BYTES
LETTERS = limited_to(BROKERS_DEFAULT_BYTES + DEAD_LETTER_HEADROOM_BYTES)
COMPACTED = {"cleanup.policy": "compact"}


def topics(
    cluster: KafkaCluster,
    jobs: Mapping[str, str] | None = None,
    results: Mapping[str, str] | None = None,
    letters: Mapping[str, str] | None = None,
) -> KafkaSettings:
    """New topics; what is not said about one is as the contract wants it."""
    return KafkaSettings(
        bootstrap_servers=cluster.bootstrap,
        jobs_topic=cluster.new_topic("jobs", settings=jobs),
        results_topic=cluster.new_topic("results", settings=results),
        dead_letters_topic=cluster.new_topic("dead-letters", settings=letters or LETTERS),
    )


@pytest.mark.kafka
class TestRealBrokers:
    def test_pass_in_no_time_with_topics_as_the_contract_wants_them(
        self, kafka: KafkaCluster, caplog: pytest.LogCaptureFixture
    ) -> None:
        settings = topics(kafka)
        began = time.monotonic()

        check_topics(settings, RESULTS_MAX_BYTES)

        assert time.monotonic() - began < 1.0
        assert caplog.messages == []

    def test_are_refused_with_a_compacted_jobs_topic(self, kafka: KafkaCluster) -> None:
        settings = topics(kafka, jobs=COMPACTED)

        with pytest.raises(CannotStart, match=f"^{settings.jobs_topic} is compacted"):
            check_topics(settings, RESULTS_MAX_BYTES)

    def test_are_refused_with_a_compacted_results_topic(self, kafka: KafkaCluster) -> None:
        settings = topics(kafka, results=COMPACTED)

        with pytest.raises(CannotStart, match=f"^{settings.results_topic} is compacted"):
            check_topics(settings, RESULTS_MAX_BYTES)

    def test_are_refused_when_a_dead_letter_may_not_fit(self, kafka: KafkaCluster) -> None:
        settings = topics(kafka, letters=limited_to(BROKERS_DEFAULT_BYTES))

        with pytest.raises(CannotStart, match=r"1048588 .* 1064972.*--add-config"):
            check_topics(settings, RESULTS_MAX_BYTES)

    def test_are_refused_when_they_take_less_metadata(self, kafka: KafkaCluster) -> None:
        settings = topics(kafka).model_copy(update={"metadata_max_bytes": 5000})

        with pytest.raises(CannotStart, match="METADATA_MAX_BYTES=4096"):
            check_topics(settings, RESULTS_MAX_BYTES)

    def test_are_refused_when_they_would_refuse_the_session(self, kafka: KafkaCluster) -> None:
        short = {"session.timeout.ms": "5000"}
        settings = topics(kafka).model_copy(update={"properties": short})

        with pytest.raises(CannotStart, match=r"6000 ms .*session\.timeout\.ms=5000"):
            check_topics(settings, RESULTS_MAX_BYTES)

    def test_topics_that_do_not_exist_yet_are_a_warning(
        self, kafka: KafkaCluster, caplog: pytest.LogCaptureFixture
    ) -> None:
        settings = KafkaSettings(
            bootstrap_servers=kafka.bootstrap,
            jobs_topic="no-jobs",
            results_topic="no-results",
            dead_letters_topic="no-letters",
        )

        check_topics(settings, RESULTS_MAX_BYTES)

        assert caplog.messages == ["topic does not exist yet"] * 3

    def test_take_batches_of_the_largest_results_where_the_check_passes(
        self, kafka: KafkaCluster
    ) -> None:
        settings = topics(kafka, results=limited_to(LARGEST_RESULT)).model_copy(
            update={"compression": "none"}
        )
        check_topics(settings, RESULTS_MAX_BYTES)
        problems: list[KafkaError | None] = []

        def delivered(error: KafkaError | None, _: Message) -> None:
            problems.append(error)

        producer = Producer({**producer_properties(settings), "linger.ms": 200})
        for value in (*[b"x" * RESULTS_MAX_BYTES] * 3, *[b"x" * 100_000] * 20):
            producer.produce(settings.results_topic, value, on_delivery=delivered)
        assert producer.flush(30) == 0

        assert problems == [None] * 23


@pytest.fixture
def guarded_kafka() -> Iterator[KafkaCluster]:
    """A broker that asks who may do what; nobody is denied anything yet."""
    settings = {
        "authorizer.class.name": "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
        "allow.everyone.if.no.acl.found": "true",
    }
    try:
        with running(settings=settings) as cluster:
            yield cluster
    except UnavailableError as error:
        unavailable(error, "tests with a real Kafka that denies")


@pytest.mark.kafka
def test_what_may_not_be_asked_is_a_warning_and_the_rest_is_checked(
    guarded_kafka: KafkaCluster, caplog: pytest.LogCaptureFixture
) -> None:
    settings = topics(guarded_kafka, letters=limited_to(1_000_000))
    denied(guarded_kafka, ResourceType.TOPIC, settings.results_topic)
    denied(guarded_kafka, ResourceType.BROKER, "kafka-cluster")

    with pytest.raises(CannotStart, match=f"^{settings.dead_letters_topic} takes .*[0-9]$"):
        check_topics(settings, RESULTS_MAX_BYTES)

    warned = {record.__dict__["settings_of"] for record in caplog.records}
    assert warned == {settings.results_topic, "brokers"}
    assert set(caplog.messages) == {"settings cannot be read and are not checked"}


def denied(cluster: KafkaCluster, kind: ResourceType, name: str) -> None:
    """Forbid everybody to read the settings of it, and nothing else."""
    rules = [
        AclBinding(
            kind, name, ResourcePatternType.LITERAL, "User:ANONYMOUS", "*", operation, permission
        )
        for operation, permission in (
            (AclOperation.ALL, AclPermissionType.ALLOW),
            (AclOperation.DESCRIBE_CONFIGS, AclPermissionType.DENY),
        )
    ]
    admin = AdminClient({"bootstrap.servers": cluster.bootstrap, "log_level": 0})
    for future in admin.create_acls(rules).values():
        future.result(30)
    described = ConfigResource(kind, "1" if kind == ResourceType.BROKER else name)
    deadline = time.monotonic() + 30
    while admin.describe_configs([described])[described].exception(30) is None:
        assert time.monotonic() < deadline, "it is not denied"


class TestSimulatedBrokers:
    def test_are_refused_for_transactions(self, mock_broker: str) -> None:
        settings = KafkaSettings(bootstrap_servers=mock_broker)

        with pytest.raises(CannotStart, match=r"simulation .*DELIVERY=at-least-once"):
            check_topics(settings, RESULTS_MAX_BYTES)

    def test_are_taken_at_least_once(
        self, mock_broker: str, caplog: pytest.LogCaptureFixture
    ) -> None:
        settings = KafkaSettings(bootstrap_servers=mock_broker, delivery="at-least-once")

        check_topics(settings, RESULTS_MAX_BYTES)

        assert caplog.messages == []


@pytest.mark.slow
def test_nobody_answers() -> None:
    settings = KafkaSettings(bootstrap_servers="127.0.0.1:1")

    with pytest.raises(BrokersUnreachable, match=r"127\.0\.0\.1:1 .*BOOTSTRAP_SERVERS"):
        check_topics(settings, RESULTS_MAX_BYTES)
