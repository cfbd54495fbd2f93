"""Say what a group knows about a partition beyond its committed offset.

It travels as the metadata of the commit, in the same transaction as the results it speaks of, and
is part of the contract:

    1:o1s1f3o2a1f500

`1:` is the version. Then come runs, upwards from the committed offset: `f3` is three offsets that
are finished, `o2` two that are open. What is known about an open run follows it: `s1`, each was
begun once by a worker that then neither ended it nor handed it back; `a1`, each failed once and
waits for another attempt. Counts that are 0 are left out; 99 means 99 or more. Everything behind
the last run is open, and nothing is known about it. An empty text is valid: nothing is known.
"""

import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import groupby
from typing import NamedTuple

VERSION = "1"
MOST_COUNTED = 99
"""Starts and attempts are written as this when there are more: two digits at most."""
MOST_OFFSET = 2**63 - 1
"""Of any Kafka log."""
MOST_OPEN = 10_000
"""Open offsets that are believed; twice what a commit of 32 KiB, Kafka's limit, can speak of."""

WIDEST_OPEN_BYTES = len("o1s99a99")
WIDEST_FINISHED_BYTES = len(f"f{MOST_OFFSET}")

_RUN = re.compile(r"([fo])([1-9][0-9]{0,18})(?:s([1-9][0-9]?))?(?:a([1-9][0-9]?))?")
_TEXT = re.compile(r"1:(?:f[1-9][0-9]{0,18}|o[1-9][0-9]{0,18}(?:s[1-9][0-9]?)?(?:a[1-9][0-9]?)?)+")
_QUOTED_CHARACTERS = 60


class MetadataUnreadable(ValueError):
    """A commit carries metadata from which no progress can be told."""


@dataclass(frozen=True, slots=True)
class Mark:
    """What is known about a job that is not finished."""

    starts: int = 0
    """How often it was begun by a worker that then neither ended it nor handed it back."""
    attempts: int = 0
    """How often it failed and was put off."""


UNMARKED = Mark()


@dataclass(frozen=True, slots=True)
class Progress:
    """Every offset from the committed one up to `end` is finished, but for those that are open."""

    end: int
    open: Mapping[int, Mark] = field(default_factory=dict)
    """In ascending order of offset."""

    def is_finished(self, offset: int) -> bool:
        """Whether nobody of the group will read this offset again."""
        return offset < self.end and offset not in self.open


class _Run(NamedTuple):
    """Neighbouring offsets of which the same is known."""

    length: int
    mark: Mark | None
    """None: they are finished."""

    def __str__(self) -> str:
        if self.mark is None:
            return f"f{self.length}"
        starts = f"s{self.mark.starts}" if self.mark.starts else ""
        attempts = f"a{self.mark.attempts}" if self.mark.attempts else ""
        return f"o{self.length}{starts}{attempts}"


def encode(offset: int, progress: Progress) -> str:
    """Write down what is known from this offset on, which no open one lies before."""
    runs = list(_runs(offset, progress))
    if runs and runs[-1].mark == UNMARKED:
        runs.pop()  # the same as if they had never been delivered
    return f"{VERSION}:{''.join(map(str, runs))}" if runs else ""


def decode(offset: int, text: str) -> Progress:
    """Read the metadata of a commit at this offset; raises `MetadataUnreadable`."""
    if not text:
        return Progress(offset)
    if _TEXT.fullmatch(text) is None:
        raise _unreadable(text, _what_is_wrong(text))
    end, marks = offset, dict[int, Mark]()
    for run in _read(text):
        first, end = end, end + run.length
        if run.mark is not None:
            if len(marks) + run.length > MOST_OPEN:
                raise _unreadable(text, f"it names more than {MOST_OPEN} open offsets")
            marks |= dict.fromkeys(range(first, end), run.mark)
    if end > MOST_OFFSET:
        raise _unreadable(text, "it names offsets that no log has")
    return Progress(end, marks)


def worst_case_bytes(open_count: int, span: int, unseen: int = 0) -> int:
    """Bound what `encode` may come to need at the lowest of so many open offsets within `span`.

    Whichever of them finish and whatever their marks become, and though up to `unseen` more records
    are delivered, at distances that nobody knows yet.
    """
    if not open_count and not unseen:
        return 0
    # At most one finished run behind each open one. Their lengths add up to the span at most, and
    # so, the logarithm being concave, have the most digits when all are equal.
    digits = int(open_count * (1 + math.log10(max(1, span / open_count)))) if open_count else 0
    known = open_count * (WIDEST_OPEN_BYTES + len("f")) + digits
    return len(f"{VERSION}:") + known + unseen * (WIDEST_OPEN_BYTES + WIDEST_FINISHED_BYTES)


def _runs(offset: int, progress: Progress) -> Iterator[_Run]:
    for (_, mark), group in groupby(enumerate(progress.open.items()), _neighbourhood):
        offsets = [each for _, (each, _) in group]
        if offsets[0] > offset:
            yield _Run(offsets[0] - offset, None)
        yield _Run(len(offsets), mark)
        offset = offsets[-1] + 1
    if progress.end > offset:
        yield _Run(progress.end - offset, None)


def _neighbourhood(numbered: tuple[int, tuple[int, Mark]]) -> tuple[int, Mark]:
    """Equal for neighbouring offsets with equal marks, as far as marks are written."""
    index, (offset, mark) = numbered
    return offset - index, Mark(min(mark.starts, MOST_COUNTED), min(mark.attempts, MOST_COUNTED))


def _read(text: str) -> Iterator[_Run]:
    for kind, length, starts, attempts in _RUN.findall(text):
        mark = Mark(int(starts or 0), int(attempts or 0)) if kind == "o" else None
        yield _Run(int(length), mark)


def _what_is_wrong(text: str) -> str:
    version, colon, _ = text.partition(":")
    if colon and version != VERSION and version.isascii() and version.isdecimal():
        return f"it is of version {version[:4]}, and this version reads {VERSION}: use a newer one"
    return "it was not written by this service, or it is damaged"


def _unreadable(text: str, what: str) -> MetadataUnreadable:
    quoted = text if len(text) <= _QUOTED_CHARACTERS else f"{text[:_QUOTED_CHARACTERS]}..."
    return MetadataUnreadable(
        f"the commit's metadata {quoted!a} cannot be read: {what}. Set the group's offset of the "
        "partition anew, without metadata, to serve it: jobs finished beyond it are done again"
    )
