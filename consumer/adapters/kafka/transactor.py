"""Which thread publishes in transactions, and how does it find out what became of one?"""

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass
from queue import SimpleQueue
from typing import assert_never

from confluent_kafka import KafkaError, KafkaException, Producer

from consumer.adapters.kafka.configuration import Properties
from consumer.adapters.kafka.read_back import is_committed
from consumer.adapters.kafka.transaction import (
    PATIENCE_SECONDS,
    Ending,
    HandedOver,
    Transaction,
)
from consumer.adapters.kafka.verdict import HOPELESS, Verdict
from consumer.adapters.kafka.watch import Abandoned, Watch
from consumer.core.errors import CannotStart, Fenced
from consumer.core.ports import Outcome

log = logging.getLogger(__name__)

INIT_PAUSE_SECONDS = 0.5


@dataclass(frozen=True, slots=True)
class Clients:
    """How the clients of a transaction thread are made."""

    producer: Properties
    reader: Properties
    new_producer: Callable[[], Producer]

    @property
    def transactional_id(self) -> str:
        """What only one living process may use."""
        return str(self.producer["transactional.id"])

    @property
    def timeout_seconds(self) -> float:
        """After which brokers abort a transaction."""
        return float(self.producer["transaction.timeout.ms"]) / 1000


class Transactor(threading.Thread):
    """Owns one producer at a time, and runs one transaction at a time on it.

    How each publication ended, and why it cannot go on, it says in a queue of its own: what one
    says that nobody listens to any more, because it hung, is not heard.
    """

    def __init__(
        self,
        clients: Clients,
        producer: Producer | None = None,
        in_doubt: HandedOver | None = None,
    ) -> None:
        """Begin with this producer, if any; first find out about what a predecessor has begun."""
        super().__init__(name="publisher", daemon=True)
        self.watch = Watch()
        self.said: SimpleQueue[Outcome | Exception] = SimpleQueue()
        self._inbox: SimpleQueue[HandedOver | None] = SimpleQueue()
        self._clients = clients
        self._first = producer
        self._in_doubt = in_doubt
        self._producer: Producer | None = None
        self._unanswered = producer is None
        """Whether a request to use our id got no answer. It may still arrive, and fence us."""

    def hand_over(self, handed: HandedOver) -> None:
        """Queue a publication."""
        self._inbox.put(handed)

    def finish(self) -> None:
        """End when what was handed over has ended."""
        self._inbox.put(None)

    def abandon(self) -> None:
        """End before the next call into the client, should the present one ever return."""
        self.watch.abandon()
        self.finish()

    def run(self) -> None:
        try:
            self._serve()
        except Abandoned:
            log.info("an abandoned publisher thread has ended")
        except Exception as error:  # noqa: BLE001 - a thread's top
            self.said.put(error)

    def _serve(self) -> None:
        if self._in_doubt is not None:
            self.said.put(self._recovered(self._in_doubt, "a call into the client hung"))
        self._ready()
        while handed := self._inbox.get():
            self.said.put(self._published(handed))
            self._ready()

    def _published(self, handed: HandedOver) -> Outcome:
        timeout = self._clients.timeout_seconds
        ending = Transaction(self._ready(), self.watch, timeout, self._unanswered).run(handed)
        if ending.spends_producer:
            with self.watch:  # its destruction is a call, too
                self._producer, self._unanswered = None, False
        return self._outcome(handed, ending)

    def _outcome(self, handed: HandedOver, ending: Ending) -> Outcome:
        publication, problem = handed.publication, ending.problem
        match ending.verdict:
            case None:
                return Outcome(publication, published=True, committed=True)
            case Verdict.ABORT:
                return Outcome(publication, published=False, committed=False, problem=problem)
            case Verdict.REFUSED:
                return Outcome(publication, False, False, problem, refused=True)
            case Verdict.UNCLEAR | Verdict.AGAIN:
                return self._recovered(handed, problem)
            case Verdict.FENCED:
                raise Fenced(
                    f"another living process uses the transactional id "
                    f"{self._clients.transactional_id} ({problem}); give every worker a "
                    "TURNSTREAM_KAFKA__INSTANCE of its own"
                )
            case never:
                assert_never(never)

    def _recovered(self, handed: HandedOver, problem: str) -> Outcome:
        """Take the id over, which ends the old transaction one way or the other; read which."""
        log.warning("how a transaction ended is unclear", extra={"problem": problem})
        self._ready()
        publication = handed.publication
        done = is_committed(publication.commits, handed.gone, self._clients.reader, self.watch)
        log.info("how a transaction ended is known", extra={"committed": done})
        return Outcome(publication, done, done, "" if done else problem)

    def _ready(self) -> Producer:
        """Have a producer that may begin; while the brokers are away, keep trying.

        Each try has a client of its own: one that lived through an outage may hang.
        """
        while self._producer is None:
            with self.watch:
                self._producer = self._initialised()
            if self._producer is None:
                self._unanswered = True
                self.watch.pause(INIT_PAUSE_SECONDS)
        return self._producer

    def _initialised(self) -> Producer | None:
        producer = self._first or self._clients.new_producer()
        self._first = None
        try:
            producer.init_transactions(PATIENCE_SECONDS)
        except KafkaException as exception:
            error: KafkaError = exception.args[0]
            if hint := HOPELESS.get(error.code()):
                raise CannotStart(
                    f"no transactions as {self._clients.transactional_id}: {error.str()}; {hint}"
                ) from exception
            log.warning("cannot begin transactions yet", extra={"problem": error.str()})
            return None
        return producer
