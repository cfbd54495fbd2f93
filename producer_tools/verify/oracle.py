"""Judge a topic and its group: read, wait for what is pending, compare, fetch the objects."""

import time
from dataclasses import dataclass

from producer_tools.kafka.connection import KafkaConnection
from producer_tools.verify.evidence import Evidence
from producer_tools.verify.gathering import gathering
from producer_tools.verify.inspecting import inspect
from producer_tools.verify.judging import judge
from producer_tools.verify.stores import Stores
from producer_tools.verify.verdict import TOLERATED_AT_LEAST_ONCE, Finding, Notebook, Verdict

_ROUND_SECONDS = 1.0


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
        end = time.monotonic() + wait_seconds
        with gathering(connection, group) as gathered:
            gathered.read_on()
            while time.monotonic() < end and not self._is_well(gathered.evidence):
                time.sleep(_ROUND_SECONDS)
                gathered.read_on()
        return self.judge(gathered.evidence)

    def judge(self, evidence: Evidence) -> Verdict:
        """Judge what was read, and the objects it names; raises `StoreUnreachable`."""
        notebook = Notebook()
        terminal = judge(evidence, notebook)
        inspect(evidence.claims(), self.stores, notebook)
        return self._verdict(evidence, notebook, terminal)

    def _is_well(self, evidence: Evidence) -> bool:
        """Whether nothing could get better by waiting."""
        notebook = Notebook()
        verdict = self._verdict(evidence, notebook, judge(evidence, notebook))
        return verdict.settled and verdict.holds

    def _verdict(self, evidence: Evidence, notebook: Notebook, terminal: int) -> Verdict:
        tolerated: frozenset[Finding] = (
            TOLERATED_AT_LEAST_ONCE if self.at_least_once else frozenset()
        )
        return Verdict(
            len(evidence.jobs), terminal, notebook.counts, notebook.examples(), tolerated
        )
