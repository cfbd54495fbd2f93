"""Say which topics the contract asks for, and where existing ones differ from it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from producer_tools.kafka.connection import KafkaConnection
from schemas.topics import DEAD_LETTER_HEADROOM_BYTES, RESULTS_MAX_BYTES

# What brokers allow by default; jobs are smaller, but other producers may be told otherwise.
_JOBS_MAX_MESSAGE_BYTES: Final = 1_048_588
_RESULT_HEADROOM_BYTES: Final = 64 * 1024
_MAX_MESSAGE_BYTES: Final = "max.message.bytes"
_CLEANUP_POLICY: Final = "cleanup.policy"


@dataclass(frozen=True, slots=True)
class TopicSizes:
    """What an operator decides about new topics; -1 copies leave it to the brokers."""

    partitions: int
    replication_factor: int
    retention_days: float


@dataclass(frozen=True, slots=True)
class TopicPlan:
    """A topic to be created."""

    name: str
    partitions: int
    replication_factor: int
    settings: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class ExistingTopic:
    """A topic as the brokers describe it."""

    partitions: int
    settings: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Finding:
    """One rule of the contract, and whether a topic keeps it."""

    topic: str
    rule: str
    found: str
    holds: bool


def plans(connection: KafkaConnection, sizes: TopicSizes) -> list[TopicPlan]:
    """Say how each topic is to be created."""
    limits = {
        connection.jobs_topic: _JOBS_MAX_MESSAGE_BYTES,
        connection.results_topic: _JOBS_MAX_MESSAGE_BYTES,
        connection.dead_letters_topic: _JOBS_MAX_MESSAGE_BYTES + DEAD_LETTER_HEADROOM_BYTES,
    }
    return [
        TopicPlan(
            name,
            sizes.partitions,
            sizes.replication_factor,
            {
                _CLEANUP_POLICY: "delete",
                _MAX_MESSAGE_BYTES: str(limit),
                "retention.ms": str(int(sizes.retention_days * 86_400_000)),
            },
        )
        for name, limit in limits.items()
    ]


def findings(
    existing: Mapping[str, ExistingTopic], connection: KafkaConnection, partitions: int
) -> list[Finding]:
    """Check every rule on every topic; a missing topic breaks one rule and skips the others."""
    names = (connection.jobs_topic, connection.results_topic, connection.dead_letters_topic)
    jobs, results, letters = (existing.get(name) for name in names)
    found = [
        Finding(name, "exists", "yes" if name in existing else "missing", name in existing)
        for name in names
    ]
    found += [_never_compacted(name, existing[name]) for name in names if name in existing]
    if jobs:
        enough = jobs.partitions >= partitions
        rule = f"at least {partitions} partitions"
        found.append(Finding(names[0], rule, str(jobs.partitions), enough))
    if results:
        found.append(_holds_messages(names[1], results, RESULTS_MAX_BYTES + _RESULT_HEADROOM_BYTES))
    if jobs and letters:
        needed = _max_message_bytes(jobs) + DEAD_LETTER_HEADROOM_BYTES
        found.append(_holds_messages(names[2], letters, needed))
    return sorted(found, key=lambda finding: names.index(finding.topic))


def _never_compacted(name: str, topic: ExistingTopic) -> Finding:
    """Compaction drops all but the last message of a key: jobs, results and letters alike."""
    policy = topic.settings.get(_CLEANUP_POLICY, "delete")
    return Finding(name, "is never compacted", policy, "compact" not in policy)


def _holds_messages(name: str, topic: ExistingTopic, needed: int) -> Finding:
    limit = _max_message_bytes(topic)
    return Finding(name, f"{_MAX_MESSAGE_BYTES} >= {needed}", str(limit), limit >= needed)


def _max_message_bytes(topic: ExistingTopic) -> int:
    return int(topic.settings.get(_MAX_MESSAGE_BYTES, _JOBS_MAX_MESSAGE_BYTES))
