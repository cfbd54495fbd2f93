"""How does a test have a producer whose calls fail as it says?"""

from collections import defaultdict, deque
from collections.abc import Callable
from typing import cast

from confluent_kafka import KafkaError, KafkaException, Producer


class ScriptedProducer:
    """Notes its calls; the errors set for one are raised by it, one each."""

    def __init__(self) -> None:
        self.calls: list[str] = []
        self._errors: defaultdict[str, deque[BaseException]] = defaultdict(deque)
        self.undelivered: KafkaError | None = None
        """What becomes of every message."""

    def fail(self, call: str, *errors: BaseException) -> None:
        self._errors[call].extend(errors)

    def init_transactions(self, _: float) -> None:
        self._called("init")

    def begin_transaction(self) -> None:
        self._called("begin")

    def produce(
        self, *_: object, on_delivery: Callable[[KafkaError | None, object], None], **__: object
    ) -> None:
        self._called("produce")
        on_delivery(self.undelivered, None)

    def flush(self, _: float) -> None:
        self._called("flush")

    def send_offsets_to_transaction(self, *_: object) -> None:
        self._called("send offsets")

    def commit_transaction(self, _: float) -> None:
        self._called("commit")

    def abort_transaction(self, _: float) -> None:
        self._called("abort")

    @property
    def as_client(self) -> Producer:
        """It has the calls of one that a transaction makes; the client's type is no protocol."""
        return cast("Producer", self)

    def _called(self, call: str) -> None:
        self.calls.append(call)
        if self._errors[call]:
            raise self._errors[call].popleft()


def error(
    code: int, *, retriable: bool = False, abortable: bool = False, fatal: bool = False
) -> KafkaException:
    """The client's error with these flags."""
    return KafkaException(KafkaError(code, "said so", fatal, retriable, abortable))
