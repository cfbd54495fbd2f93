"""Does a store refuse to create an object where there is one already?

Only then does the first writer of a result win. It is asked, not believed: many stores take the
condition and ignore it.
"""

import logging
from collections.abc import Iterable
from contextlib import suppress

from consumer.core.errors import (
    BucketNotFound,
    CannotStart,
    ConditionalCreateUnsupported,
    ObjectExists,
    ObjectForbidden,
    StorageUnavailable,
    StoreUnreachable,
)
from consumer.core.ports import Clock, ObjectStore
from schemas.uri import ObjectUri

log = logging.getLogger("turnstream.worker")

PROBE_NAME = ".turnstream/conditional-create"
"""Below an output prefix; no job can be named so. It stays: the next start is refused at once."""
PROBE_CONTENT = b"Turnstream workers ask here at start whether this store refuses to overwrite.\n"
PATIENCE_SECONDS = 30.0
PAUSE_SECONDS = 1.0
SETTING = "TURNSTREAM_STORE__CONDITIONAL_CREATE=look-then-write"


class ConditionalCreateMissing(CannotStart):
    """The store overwrites what is there; only a setting can accept that."""


def probe_conditional_create(store: ObjectStore, prefixes: Iterable[str], clock: Clock) -> None:
    """Create an object twice under each `s3://` output prefix: the second must be refused.

    Local directories refuse by construction. A prefix that may not be written to is warned about:
    its jobs will say so. Raises `ConditionalCreateMissing`, `StoreUnreachable` after half a minute.
    """
    until = clock.monotonic() + PATIENCE_SECONDS
    for place in dict.fromkeys(p.rstrip("/") for p in prefixes if p.startswith("s3://")):
        try:
            overwrites = _patiently(store, ObjectUri.parse(f"{place}/{PROBE_NAME}"), clock, until)
        except (ObjectForbidden, BucketNotFound) as error:
            fields = {"place": place, "reason": str(error)}
            log.warning("output place cannot be written to", extra=fields)
        else:
            if overwrites:
                raise ConditionalCreateMissing(_advice(place))


def _patiently(store: ObjectStore, uri: ObjectUri, clock: Clock, until: float) -> bool:
    while True:
        try:
            return _overwrites(store, uri)
        except StorageUnavailable as error:
            if clock.monotonic() >= until:
                raise StoreUnreachable(f"the object store gives no answer: {error}") from error
        clock.sleep(PAUSE_SECONDS)


def _overwrites(store: ObjectStore, uri: ObjectUri) -> bool:
    """Whether two creations go through, or the condition is not even understood."""
    with suppress(ObjectExists):
        for _ in range(2):
            try:
                store.create(uri, PROBE_CONTENT, "text/plain")
            except ConditionalCreateUnsupported:
                return True
        return True
    return False


def _advice(place: str) -> str:
    return (
        f"{place}: the store does not honour If-None-Match, so workers could replace each other's "
        f"results. Use a store with conditional writes, or accept with {SETTING} that two workers "
        "which answer the same job at the same moment may overwrite each other's object."
    )
