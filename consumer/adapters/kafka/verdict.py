"""What does an error of a producer mean for what it was to publish?"""

from dataclasses import dataclass
from enum import Enum, auto

from confluent_kafka import KafkaError

CONTENT = frozenset(
    {
        KafkaError.MSG_SIZE_TOO_LARGE,
        KafkaError.RECORD_LIST_TOO_LARGE,
        KafkaError.INVALID_RECORD,
        KafkaError.INVALID_TIMESTAMP,
        KafkaError.POLICY_VIOLATION,
        KafkaError.UNSUPPORTED_FOR_MESSAGE_FORMAT,
        KafkaError._KEY_SERIALIZATION,
        KafkaError._VALUE_SERIALIZATION,
    }
)
"""A record itself is wrong. Missing rights or topics are not among these: operators mend them, and
nobody's job should fail for them."""

HOPELESS = {
    KafkaError.TRANSACTIONAL_ID_AUTHORIZATION_FAILED: (
        "grant Write and Describe on this transactional id (see "
        "TURNSTREAM_KAFKA__TRANSACTIONAL_ID_PREFIX)"
    ),
    KafkaError.INVALID_TRANSACTION_TIMEOUT: (
        "lower TURNSTREAM_KAFKA__TRANSACTION_TIMEOUT_SECONDS to what the brokers' "
        "transaction.max.timeout.ms allows"
    ),
    KafkaError._UNSUPPORTED_FEATURE: (
        "these brokers have no transactions: set TURNSTREAM_KAFKA__DELIVERY=at-least-once"
    ),
}
"""What keeps a producer from ever beginning a transaction, and what to do about it."""


class Call(Enum):
    """The steps of a transaction, in their order."""

    BEGIN = "begin"
    PRODUCE = "produce"
    SEND_OFFSETS = "send offsets"
    COMMIT = "commit"
    ABORT = "abort"


class Verdict(Enum):
    """What to do now."""

    AGAIN = auto()
    """Repeat this call and no other: it may have worked."""
    ABORT = auto()
    """Nothing is published, and the producer can go on after an abort."""
    REFUSED = auto()
    """Nothing is published, and the same content never will be; the producer may be confused."""
    FENCED = auto()
    """Another living process uses the transactional id."""
    UNCLEAR = auto()
    """A new producer has to find out."""


@dataclass(frozen=True, slots=True)
class Failure:
    """An error in its circumstances."""

    call: Call
    code: int
    retriable: bool
    abortable: bool
    fatal: bool
    unanswered: bool
    """Whether an earlier request of this producer got no answer."""
    overdue: bool
    """Whether the transaction is older than its time limit: brokers may have aborted it, which
    fences its producer."""

    @property
    def verdict(self) -> Verdict:
        """Decide. Whatever is not cleanly of another class is unclear."""
        if self.code == KafkaError._FENCED:
            return Verdict.UNCLEAR if self.overdue or self.unanswered else Verdict.FENCED
        if self.fatal or self.call is Call.ABORT:
            return Verdict.UNCLEAR
        if self.code in CONTENT:
            return Verdict.REFUSED
        if self.abortable:
            return Verdict.ABORT
        return self._of_retriable

    @property
    def _of_retriable(self) -> Verdict:
        # `_CONFLICT` says retriable, and means that another call has not ended.
        if not self.retriable or self.code == KafkaError._CONFLICT:
            return Verdict.UNCLEAR
        if self.call is not Call.COMMIT:
            return Verdict.ABORT  # nobody has asked for a commit yet
        return Verdict.UNCLEAR if self.overdue else Verdict.AGAIN
