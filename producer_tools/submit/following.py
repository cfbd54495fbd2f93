"""Follow the results topic until every awaited job has ended."""

import time
from collections.abc import Callable, Iterator
from typing import Protocol

from producer_tools.kafka.messages import Incoming
from producer_tools.submit.awaiting import AwaitedJobs
from schemas.codec import SchemaError, decode_result
from schemas.result import Result

TICK_SECONDS = 0.2


class Reader(Protocol):
    """Where messages come from."""

    def poll(self, timeout_seconds: float) -> Incoming | None:
        """Return the next message, or None when none came in time."""


def follow(
    reader: Reader,
    awaited: AwaitedJobs,
    timeout_seconds: float,
    monotonic: Callable[[], float] = time.monotonic,
) -> Iterator[Result | None]:
    """Yield each awaited result as it comes, and None now and then while none does.

    Ends when every job has ended or the time is over: `awaited` says which.
    """
    end = monotonic() + timeout_seconds
    while awaited.open_job_ids and monotonic() < end:
        result = readable_result(reader.poll(TICK_SECONDS))
        yield result if result and awaited.settle(result) else None


def readable_result(incoming: Incoming | None) -> Result | None:
    """Read a result; None for nothing, and for what other programs may have written there."""
    if incoming is None or incoming.value is None:
        return None
    try:
        return decode_result(incoming.value)
    except SchemaError:
        return None
