"""How do results, dead letters and commits go out as one, or not at all?"""

import logging
import time
from collections.abc import Callable, Collection
from functools import partial
from queue import Empty
from typing import Protocol

from confluent_kafka import Producer

from consumer.adapters.kafka.configuration import (
    CLIENT_LOG,
    Properties,
    naming_refused_properties,
)
from consumer.adapters.kafka.source import GroupMetadata
from consumer.adapters.kafka.transaction import PATIENCE_SECONDS, HandedOver
from consumer.adapters.kafka.transactor import Clients, Transactor
from consumer.adapters.kafka.watch import Losses
from consumer.core.errors import PublisherHung
from consumer.core.model import Partition, Publication
from consumer.core.ports import Outcome

log = logging.getLogger(__name__)

HUNG_SECONDS = PATIENCE_SECONDS + 1.0
"""More than the transaction's time limit, and so the socket's: by then calls that work return."""
SLICE_SECONDS = 0.2
CLOSE_SECONDS = 5.0
"""For what is open at the end; what hangs is not waited for."""


class GroupMember(Protocol):
    """Knows who we are in the group, and how to reach it."""

    @property
    def properties(self) -> Properties: ...
    def group_metadata(self) -> GroupMetadata: ...


class TransactionalPublisher:
    """The `Publisher` port on transactions; `outcome` and `settle` say how each really ended.

    Owns the thread that owns the producer, and replaces both when a call hangs. A publication
    without commits whose end is unclear cannot be looked up: it counts as not published, and may go
    out twice. `crashed` is told of `Fenced`, `PublisherHung`, `CannotStart` and bugs; from then on
    nothing is published.
    """

    def __init__(
        self,
        properties: Properties,
        member: GroupMember,
        crashed: Callable[[BaseException], None],
        new_producer: Callable[..., Producer] = Producer,
    ) -> None:
        """`properties` are `transactional_properties`; raises `PropertiesRefused`."""
        new = partial(new_producer, properties, logger=CLIENT_LOG)
        self._clients = Clients(properties, member.properties, new)
        self._member = member
        self._crashed = crashed
        self._handed: HandedOver | None = None
        self._losses = Losses()
        self._is_over = False
        with naming_refused_properties():
            self._transactor = Transactor(self._clients, new())
        self._transactor.start()

    def hand_over(self, publication: Publication) -> None:
        """Queue it with who we are now: should the group go on without us, it is refused."""
        self._handed = HandedOver(publication, self._member.group_metadata())
        self._transactor.hand_over(self._handed)

    def outcome(self) -> Outcome | None:
        return self._hear(0)

    def settle(self, timeout_seconds: float) -> Outcome | None:
        deadline = time.monotonic() + timeout_seconds
        while self._handed is not None and not self._is_over:
            remaining = deadline - time.monotonic()
            if remaining <= 0:
                return None
            if outcome := self._hear(min(remaining, SLICE_SECONDS)):
                return outcome
        return None

    def withdraw(self, partitions: Collection[Partition]) -> None:
        """Leave it: the transaction says for which generation of the group it speaks.

        Only how it ended, should that be unclear, cannot be seen there any more.
        """
        if self._handed is not None:
            self._handed.gone.update(partitions)

    def close(self) -> None:
        """Wait a little for what is open; brokers end what is open after that."""
        self._transactor.finish()
        self._transactor.join(CLOSE_SECONDS)
        self._transactor.abandon()

    def _hear(self, timeout_seconds: float) -> Outcome | None:
        if self._is_over:
            return None
        try:
            said = self._transactor.said.get(timeout=timeout_seconds)
        except Empty:
            self._replace_if_hung()
            return None
        if isinstance(said, Outcome):
            self._handed = None
            return said
        self._give_up(said)
        return None

    def _replace_if_hung(self) -> None:
        limit = self._clients.timeout_seconds + HUNG_SECONDS
        if self._transactor.watch.seconds <= limit:
            return
        self._transactor.abandon()
        self._losses.add()
        log.warning("a call into the client hangs", extra={"abandoned": len(self._losses)})
        if self._losses.are_too_many:
            self._give_up(PublisherHung(f"{len(self._losses)} calls into the client library hung"))
        else:
            self._transactor = Transactor(self._clients, in_doubt=self._handed)
            self._transactor.start()

    def _give_up(self, error: Exception) -> None:
        self._is_over = True
        self._crashed(error)
