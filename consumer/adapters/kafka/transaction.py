"""How does one publication become one transaction?"""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial

from confluent_kafka import KafkaError, KafkaException, Producer

from consumer.adapters.kafka.commits import positions
from consumer.adapters.kafka.source import GroupMetadata
from consumer.adapters.kafka.verdict import Call, Failure, Verdict
from consumer.adapters.kafka.watch import Watch
from consumer.core.model import Message, Partition, Publication

COMMIT_SECONDS = 1.0
"""Of one try; one that takes longer spends the producer."""
PATIENCE_SECONDS = 4.0
"""Of the other calls. They may take the socket's time limit on top; only then do they hang."""
AGAIN_SECONDS = 0.05
"""Between two tries of a commit: some errors that may be repeated come at once."""


class StepFailed(Exception):
    """A call of a transaction failed; the text says which, and why."""

    def __init__(self, verdict: Verdict, problem: str) -> None:
        super().__init__(problem)
        self.verdict = verdict


@dataclass(frozen=True, slots=True)
class HandedOver:
    """A publication, and who we were in the group when it was handed over."""

    publication: Publication
    member: GroupMetadata
    gone: set[Partition] = field(default_factory=set)
    """Partitions that have left since, of which others may commit by now; the main thread's."""


@dataclass(frozen=True, slots=True)
class Ending:
    """How a transaction ended."""

    verdict: Verdict | None
    """None: committed. ABORT: it was aborted."""
    unanswered: bool
    """Whether a request of its producer got no answer. It may still arrive, and end a later
    transaction of this producer: the client does not tell them apart (KIP-890)."""
    problem: str = ""

    @property
    def spends_producer(self) -> bool:
        """Whether the next transaction needs a new producer."""
        return self.unanswered or self.verdict not in {None, Verdict.ABORT}


@dataclass(slots=True)
class Transaction:
    """One try to publish: every call is watched, every error is judged."""

    producer: Producer
    watch: Watch
    timeout_seconds: float
    """Brokers abort what is older."""
    unanswered: bool
    """Whether a request of the producer got no answer."""
    began: float = field(default_factory=time.monotonic)
    undelivered: dict[str, None] = field(default_factory=dict)
    """What became of messages, in order: the commit that fails for them does not say."""

    def run(self, handed: HandedOver) -> Ending:
        """Commit, or abort where that is what to do."""
        try:
            self._publish(handed)
        except StepFailed as failed:
            return self._ended(failed)
        return Ending(None, self.unanswered)

    def _ended(self, failed: StepFailed) -> Ending:
        verdict, problem = failed.verdict, "; ".join([str(failed), *self.undelivered])
        if verdict is Verdict.ABORT:
            try:
                self._step(Call.ABORT, partial(self.producer.abort_transaction, PATIENCE_SECONDS))
            except StepFailed as worse:
                verdict = worse.verdict
        return Ending(verdict, self.unanswered, problem)

    def _publish(self, handed: HandedOver) -> None:
        self._step(Call.BEGIN, self.producer.begin_transaction)
        for message in handed.publication.messages:
            self._step(Call.PRODUCE, partial(self._produce, message))
        if commits := handed.publication.commits:
            send = self.producer.send_offsets_to_transaction
            offsets = partial(send, positions(commits), handed.member, PATIENCE_SECONDS)
            self._step(Call.SEND_OFFSETS, offsets)
        self._commit()

    def _produce(self, message: Message) -> None:
        produce = partial(
            self.producer.produce,
            message.topic,
            key=message.key,
            value=message.value,
            headers=list(message.headers),
            on_delivery=partial(self._delivered, message.topic),
        )
        try:
            produce()
        except BufferError:  # the client's queue is full
            self.producer.flush(PATIENCE_SECONDS)
            produce()

    def _delivered(self, topic: str, error: KafkaError | None, _: object) -> None:
        if error is not None:
            self.undelivered[f"{topic}: {error.str()}"] = None

    def _commit(self) -> None:
        commit = partial(self.producer.commit_transaction, COMMIT_SECONDS)
        while True:
            try:
                return self._step(Call.COMMIT, commit)
            except StepFailed as failed:
                if failed.verdict is not Verdict.AGAIN:
                    raise
            self.watch.pause(AGAIN_SECONDS)

    def _step(self, call: Call, make: Callable[[], None]) -> None:
        try:
            with self.watch:
                make()
        except KafkaException as exception:
            error = exception.args[0]
            verdict = self._judged(call, error)
            # The client's own codes are negative; what brokers answered is not.
            self.unanswered = self.unanswered or error.code() < 0
            raise StepFailed(verdict, f"{call.value}: {error.str()}") from exception

    def _judged(self, call: Call, error: KafkaError) -> Verdict:
        return Failure(
            call=call,
            code=error.code(),
            retriable=error.retriable(),
            abortable=error.txn_requires_abort(),
            fatal=error.fatal(),
            unanswered=self.unanswered,
            overdue=time.monotonic() - self.began > self.timeout_seconds,
        ).verdict
