"""What arrived, in the words of the core?"""

import logging
from operator import methodcaller
from typing import cast

from confluent_kafka import TIMESTAMP_NOT_AVAILABLE, Message

from consumer.core.model import Partition, Record
from consumer.core.ports import EndOfPartition
from schemas.headers import Headers

log = logging.getLogger(__name__)

_READ_HEADERS = methodcaller("headers")
"""A plain call in a warm loop does not notice an error that the client leaves behind with a result:
it would come up in some later call."""


def record(message: Message) -> Record:
    """A message that is a job, or a tombstone."""
    kind, milliseconds = message.timestamp()
    return Record(
        partition=partition_of(message),
        offset=_offset(message),
        timestamp_ms=0 if kind == TIMESTAMP_NOT_AVAILABLE else milliseconds,
        key=message.key(),
        value=message.value(),
        headers=_headers(message),
    )


def end_of_partition(message: Message) -> EndOfPartition:
    """The client's news that a partition has been read up to its end."""
    return EndOfPartition(partition_of(message), _offset(message))


def partition_of(message: Message) -> Partition:
    """Where the message stands, or which partition its error is about."""
    # The client's types allow for messages that were never delivered; these were.
    return Partition(str(message.topic()), int(message.partition() or 0))


def _offset(message: Message) -> int:
    return int(message.offset() or 0)


def _headers(message: Message) -> Headers:
    """Return the headers; none when a name is not UTF-8: the client fails to hand any of them out.

    Brokers take such names, so a job that carries one must not end the worker that reads it.
    """
    try:
        headers = _READ_HEADERS(message) or []
    except (SystemError, UnicodeDecodeError):
        position = {"partition": message.partition(), "offset": message.offset()}
        log.warning("headers cannot be read: a name is not UTF-8", extra=position)
        return ()
    return tuple(cast("list[tuple[str, bytes | None]]", headers))
