"""Can the promise be kept on these brokers, with these topics?"""

from collections.abc import Iterator

from consumer.adapters.kafka.cluster import Cluster, describe_cluster
from consumer.adapters.kafka.configuration import BATCH_BYTES
from consumer.core.errors import CannotStart
from consumer.settings import KafkaSettings
from schemas.topics import DEAD_LETTER_HEADROOM_BYTES, MAX_JOB_BYTES


def check_topics(settings: KafkaSettings, results_max_bytes: int) -> Cluster:
    """Ask the brokers before the group is joined; returns what they say.

    Raises `CannotStart` with everything that is in the way, `BrokersUnreachable` when nobody
    answers. What may not be asked, or does not exist yet, is a warning in the log.
    """
    cluster = describe_cluster(settings)
    if problems := list(problems_of(cluster, settings, results_max_bytes)):
        raise CannotStart("\n".join(problems))
    return cluster


def problems_of(cluster: Cluster, settings: KafkaSettings, results_max_bytes: int) -> Iterator[str]:
    """Say what would lose or repeat jobs, or keep results from being written, and the remedy."""
    if cluster.is_simulated and settings.delivery == "transactional":
        yield (
            f"the brokers are a simulation ({cluster.name}), whose transactions succeed without "
            "doing anything: set TURNSTREAM_KAFKA__DELIVERY=at-least-once, or use real brokers"
        )
    yield from _compacted(cluster, settings)
    yield from _too_small_for_results(cluster, settings, results_max_bytes)
    yield from _too_small_for_letters(cluster, settings)
    yield from _too_small_for_metadata(cluster, settings)
    yield from _too_short_a_session(cluster, settings)


def _compacted(cluster: Cluster, settings: KafkaSettings) -> Iterator[str]:
    for name in (settings.jobs_topic, settings.results_topic, settings.dead_letters_topic):
        if name in cluster.topics and cluster.topics[name].is_compacted:
            yield (
                f"{name} is compacted: of the messages with one key all but the last disappear, "
                f"read or not. {_remedy(settings, name, 'cleanup.policy=delete')}"
            )


def _too_small_for_results(
    cluster: Cluster, settings: KafkaSettings, results_max_bytes: int
) -> Iterator[str]:
    # A result without its turns still says what its job said.
    largest = max(results_max_bytes, MAX_JOB_BYTES + DEAD_LETTER_HEADROOM_BYTES)
    needed = max(largest + DEAD_LETTER_HEADROOM_BYTES, BATCH_BYTES)
    topic = cluster.topics.get(settings.results_topic)
    if topic and topic.max_message_bytes < needed:
        yield (
            f"{settings.results_topic} takes messages of {topic.max_message_bytes} bytes, and "
            f"results may have {needed}: lower TURNSTREAM_OUTPUT__RESULTS_MAX_BYTES, or enlarge "
            f"it. {_remedy(settings, settings.results_topic, f'max.message.bytes={needed}')}"
        )


def _too_small_for_letters(cluster: Cluster, settings: KafkaSettings) -> Iterator[str]:
    jobs = cluster.topics.get(settings.jobs_topic)
    letters = cluster.topics.get(settings.dead_letters_topic)
    if letters is None:
        return
    name, limit = settings.dead_letters_topic, letters.max_message_bytes
    needed = jobs.max_message_bytes + DEAD_LETTER_HEADROOM_BYTES if jobs else 0
    if limit < needed:
        yield (
            f"{name} takes messages of {limit} bytes, and the largest job with the headers of a "
            f"dead letter has {needed}. {_remedy(settings, name, f'max.message.bytes={needed}')}"
        )
    elif limit < settings.message_max_bytes:
        yield (
            f"{name} takes messages of {limit} bytes: set "
            f"TURNSTREAM_KAFKA__MESSAGE_MAX_BYTES={limit} (it is {settings.message_max_bytes})"
        )


def _too_small_for_metadata(cluster: Cluster, settings: KafkaSettings) -> Iterator[str]:
    limit = cluster.metadata_max_bytes
    if limit is not None and limit < settings.metadata_max_bytes:
        yield (
            f"the brokers take commits with {limit} bytes of metadata "
            f"(offset.metadata.max.bytes): set TURNSTREAM_KAFKA__METADATA_MAX_BYTES={limit} "
            f"(it is {settings.metadata_max_bytes}), or raise it on every broker"
        )


def _too_short_a_session(cluster: Cluster, settings: KafkaSettings) -> Iterator[str]:
    # The brokers would refuse every attempt to join: a worker that looks alive and reads nothing.
    shortest, session = cluster.session_min_ms, settings.properties.get("session.timeout.ms")
    if shortest is not None and session is not None and int(session) < shortest:
        yield (
            f"the brokers refuse sessions shorter than {shortest} ms "
            f"(group.min.session.timeout.ms): TURNSTREAM_KAFKA__PROPERTIES has "
            f"session.timeout.ms={session}"
        )


def _remedy(settings: KafkaSettings, topic: str, config: str) -> str:
    return (
        f"Run: kafka-configs.sh --bootstrap-server {settings.bootstrap_servers} --alter "
        f"--entity-type topics --entity-name {topic} --add-config {config}"
    )
