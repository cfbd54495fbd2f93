"""How does the client write commits, and what did it read of them?"""

from collections.abc import Iterable, Mapping

from confluent_kafka import TopicPartition

from consumer.core.model import Commit, Partition

Commits = Mapping[Partition, Commit]


def positions(commits: Commits) -> list[TopicPartition]:
    """What to commit, as the client wants to be told."""
    return [
        TopicPartition(partition.topic, partition.number, commit.offset, commit.metadata)
        for partition, commit in commits.items()
    ]


def committed_at(positions: Iterable[TopicPartition]) -> dict[Partition, Commit]:
    """What the client says is committed; a partition without a commit is left out."""
    return {
        Partition(position.topic, position.partition): Commit(
            position.offset, position.metadata or ""
        )
        for position in positions
        if position.offset >= 0
    }
