"""Judge a topic and its group: read, wait for what is pending, compare, fetch the objects."""

import time
from dataclasses import dataclass
from typing import Final

from producer_tools.kafka.connection import KafkaConnection
from producer_tools.verify.evidence import Evidence
from producer_tools.verify.gathering import gathering
from producer_tools.verify.inspecting import inspect
from producer_tools.verify.judging import judge
from producer_tools.verify.stores import Stores
from producer_tools.verify.verdict import TOLERATED_AT_LEAST_ONCE, Finding, Notebook, Verdict

_ROUND_SECONDS: Final = 1.0
_MARKS_SECONDS: Final = 3.0


@dataclass(frozen=True, slots=True)
class Oracle:
    """Says whether the promise was kept."""

    stores: Stores
    at_least_once: bool = False
    """Whether a crash may have published a result twice."""

    def verify(self, connection: KafkaConnection, group: str, wait_seconds: float = 0) -> Verdict:
        """Judge what stands on the brokers, once nothing is pending or the time is over.

        Raises `ClientError` when brokers or stores do not answer.
        """
        with gathering(connection, group) as gathered:
            gathered.read_on()
            begun = time.monotonic()
            while self._may_improve(gathered.evidence, time.monotonic() - begun, wait_seconds):
                time.sleep(_ROUND_SECONDS)
                gathered.read_on()
        return self.judge(gathered.evidence)

    def judge(self, evidence: Evidence) -> Verdict:
        """Judge what was read, and the objects it names; raises `StoreUnreachable`."""
        notebook = Notebook()
        terminal = judge(evidence, notebook)
        inspect(evidence.claims(), self.stores, notebook)
        return self._verdict(evidence, notebook, terminal)

    def _may_improve(self, evidence: Evidence, waited: float, wait_seconds: float) -> bool:
        """Whether what is wrong may be only late."""
        notebook = Notebook()
        verdict = self._verdict(evidence, notebook, judge(evidence, notebook))
        if not verdict.holds:
            # The marks of one transaction reach its partitions one after the other.
            return waited < max(wait_seconds, _MARKS_SECONDS)
        return not verdict.settled and waited < wait_seconds

    def _verdict(self, evidence: Evidence, notebook: Notebook, terminal: int) -> Verdict:
        tolerated: frozenset[Finding] = (
            TOLERATED_AT_LEAST_ONCE if self.at_least_once else frozenset()
        )
        return Verdict(
            len(evidence.jobs), terminal, notebook.counts, notebook.examples(), tolerated
        )
