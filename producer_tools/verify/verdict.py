"""Say how a history compares with the promise."""

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

EXAMPLES: Final = 10
"""So many of each finding are named."""


class Finding(StrEnum):
    """What may be found; `MEANINGS` says it in words."""

    LOST = "lost"
    DUPLICATED = "duplicated"
    DUPLICATES_DIFFER = "duplicates_differ"
    FOREIGN_RESULTS = "foreign_results"
    UNREADABLE_RESULTS = "unreadable_results"
    OBJECTS_MISSING = "objects_missing"
    OBJECTS_MISMATCHED = "objects_mismatched"
    FAILED_WITHOUT_DEAD_LETTER = "failed_without_dead_letter"
    DEAD_LETTERS_DUPLICATED = "dead_letters_duplicated"
    DEAD_LETTERS_WITHOUT_FAILURE = "dead_letters_without_failure"
    DEAD_LETTERS_WITHOUT_ORIGINAL = "dead_letters_without_original"
    UNFINISHED = "unfinished"
    FINISHED_UNCOMMITTED = "finished_uncommitted"
    UNJUDGED = "unjudged"


MEANINGS: Final[Mapping[Finding, str]] = {
    Finding.LOST: "jobs that the group has committed as finished, without a terminal result",
    Finding.DUPLICATED: "terminal results beyond the first of their job",
    Finding.DUPLICATES_DIFFER: "jobs whose results name different objects",
    Finding.FOREIGN_RESULTS: "results of no job of this topic",
    Finding.UNREADABLE_RESULTS: "messages on the results topic that are no results",
    Finding.OBJECTS_MISSING: "objects that a result names and that are not there",
    Finding.OBJECTS_MISMATCHED: "objects that are not what their result says",
    Finding.FAILED_WITHOUT_DEAD_LETTER: "failed jobs that are not on the dead-letter topic",
    Finding.DEAD_LETTERS_DUPLICATED: "dead letters beyond the first of their failure",
    Finding.DEAD_LETTERS_WITHOUT_FAILURE: "dead letters of jobs that have no failed result",
    Finding.DEAD_LETTERS_WITHOUT_ORIGINAL: "dead letters that are not the job they speak of",
    Finding.UNFINISHED: "jobs that the group has still to finish",
    Finding.FINISHED_UNCOMMITTED: "jobs with a result that the group has still to commit",
    Finding.UNJUDGED: "jobs that cannot be judged: retention removed them or their result",
}

PENDING: Final = frozenset({Finding.UNFINISHED, Finding.FINISHED_UNCOMMITTED})
"""What is found while workers work."""
BREACHES: Final = frozenset(Finding) - PENDING - {Finding.UNJUDGED}
"""What must never be found."""
TOLERATED_AT_LEAST_ONCE: Final = frozenset(
    {
        Finding.DUPLICATED,
        Finding.DEAD_LETTERS_DUPLICATED,
        Finding.DEAD_LETTERS_WITHOUT_FAILURE,
    }
)
"""What a crash leaves where messages and commits do not go out together: a job that failed, and of
which only the dead letter got out, may succeed when it is done again."""


class Notebook:
    """Counts findings and keeps the first few of each by name."""

    def __init__(self) -> None:
        self.counts: Counter[Finding] = Counter()
        self._examples: defaultdict[Finding, list[str]] = defaultdict(list)

    def note(self, finding: Finding, example: object, count: int = 1) -> None:
        """Take down what was found, and where."""
        self.counts[finding] += count
        if len(self._examples[finding]) < EXAMPLES:
            self._examples[finding].append(str(example))

    def examples(self) -> dict[Finding, tuple[str, ...]]:
        """Name the first of each finding."""
        return {finding: tuple(examples) for finding, examples in self._examples.items()}


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was found about the jobs of one topic and the group that serves it."""

    accepted: int
    """Jobs that were read and could be judged."""
    terminal: int
    """Those of them that have a terminal result."""
    counts: Mapping[Finding, int]
    examples: Mapping[Finding, tuple[str, ...]]
    tolerated: frozenset[Finding] = frozenset()

    @property
    def broken(self) -> frozenset[Finding]:
        """In which ways the promise does not hold."""
        return frozenset(finding for finding in BREACHES - self.tolerated if self[finding])

    @property
    def holds(self) -> bool:
        """Whether nothing was found that must never be found."""
        return not self.broken

    @property
    def settled(self) -> bool:
        """Whether every job has ended and is committed."""
        return not any(self[finding] for finding in PENDING)

    def __getitem__(self, finding: Finding) -> int:
        """Say how many there are."""
        return self.counts.get(finding, 0)

    def document(self) -> dict[str, object]:
        """Say all of it in JSON's terms."""
        return {
            "accepted": self.accepted,
            "terminal": self.terminal,
            **{finding.value: self[finding] for finding in Finding},
            "holds": self.holds,
            "settled": self.settled,
            "examples": {finding.value: list(named) for finding, named in self.examples.items()},
        }
