"""Were commits made of which no answer tells?"""

import logging
import time
from collections.abc import Collection
from contextlib import closing, suppress

from confluent_kafka import Consumer

from consumer.adapters.kafka.commits import Commits
from consumer.adapters.kafka.configuration import CLIENT_LOG, Properties
from consumer.adapters.kafka.lookup import NoAnswer, read_commit
from consumer.adapters.kafka.watch import Watch
from consumer.core.model import Commit, Partition

log = logging.getLogger(__name__)

TRY_SECONDS = 0.5
PAUSE_SECONDS = 0.2
CONFIRM_SECONDS = 5.0
CONFIRM_PAUSE_SECONDS = 0.02


def is_committed(
    commits: Commits, gone: Collection[Partition], properties: Properties, watch: Watch
) -> bool:
    """Whether the commits of a publication were made; to be asked when no producer can make them.

    Asks with a consumer of the group that never joins it, and lives as long as the question. A
    transaction is whole: one partition that stands where it would have put it tells of all. Not
    one of those that are gone, though, which may grow meanwhile: their next owner does the same
    jobs, and so may make the very same commit. A commit that changes nothing would be taken for one
    that was made, and must not be in a publication.
    """
    reader = Consumer(properties, logger=CLIENT_LOG)
    try:
        return any(
            _committed(reader, partition, watch) == commit and partition not in gone
            for partition, commit in commits.items()
            if partition not in gone
        )
    finally:
        with watch:
            reader.close()


def is_confirmed(commits: Commits, properties: Properties, timeout_seconds: float) -> bool:
    """Whether the commits are seen to be made, in time, at most `CONFIRM_SECONDS`.

    Asks as a client of its own: one that is leaving its group answers no more.
    """
    deadline = time.monotonic() + min(timeout_seconds, CONFIRM_SECONDS)
    with closing(Consumer(properties, logger=CLIENT_LOG)) as reader:
        return all(
            _is_seen(reader, partition, commit, deadline) for partition, commit in commits.items()
        )


def _is_seen(reader: Consumer, partition: Partition, commit: Commit, deadline: float) -> bool:
    while (remaining := deadline - time.monotonic()) > 0:
        with suppress(NoAnswer):
            if read_commit(reader, partition, min(remaining, TRY_SECONDS)) == commit:
                return True
        time.sleep(CONFIRM_PAUSE_SECONDS)
    return False


def _committed(reader: Consumer, partition: Partition, watch: Watch) -> Commit | None:
    """Ask until there is an answer: no answer in time never means that nothing is committed."""
    while True:
        try:
            with watch:
                return read_commit(reader, partition, TRY_SECONDS)
        except NoAnswer as error:
            log.debug("not known yet", extra={"partition": str(partition), "problem": str(error)})
        watch.pause(PAUSE_SECONDS)
