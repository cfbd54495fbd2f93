"""Read everything that is needed for a verdict, and later what has come since."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from datetime import UTC, datetime

from producer_tools.kafka.broker import BrokerClients
from producer_tools.kafka.commits import read_progress
from producer_tools.kafka.connection import KafkaConnection
from producer_tools.kafka.messages import Incoming
from producer_tools.kafka.scanning import TopicScan, scanning
from producer_tools.verify.evidence import Evidence, Retention


class Gathering:
    """Reads three topics and the commits of a group, as often as it is asked to."""

    def __init__(
        self,
        clients: BrokerClients,
        group: str,
        jobs: TopicScan,
        results: TopicScan,
        letters: TopicScan,
    ) -> None:
        self._clients = clients
        self._group = group
        self._jobs = jobs
        self._results = _DatedScan(results)
        self._letters = _DatedScan(letters)
        self.evidence = Evidence(group, jobs.topic)
        first_offsets = {partition: log.start for partition, log in jobs.log.items()}
        self.evidence.retention = Retention(first_offsets)
        jobs.begin()

    def read_on(self) -> None:
        """Read what is there by now; raises `ClientError`."""
        evidence = self.evidence
        evidence.progress = read_progress(
            self._clients, self._group, self._jobs.topic, self._jobs.log
        )
        for result in self._results.until_now():
            evidence.add_result(result)
        for letter in self._letters.until_now():
            evidence.add_letter(letter)
        for job in self._jobs.until_now():
            evidence.add_job(job)
        evidence.retention = replace(
            evidence.retention,
            results_since_ms=self._results.since_ms,
            letters_since_ms=self._letters.since_ms,
        )


class _DatedScan:
    """A scan that knows before when messages may have been removed."""

    def __init__(self, scan: TopicScan) -> None:
        self._scan = scan
        self._now_ms = round(datetime.now(UTC).timestamp() * 1000)
        self._first_ms: dict[int, int] = {}
        scan.begin()

    @property
    def since_ms(self) -> int:
        """When the oldest messages were written that certainly are all there; 0: all are."""
        cut = [partition for partition, log in self._scan.log.items() if log.start > 0]
        return max((self._first_ms.get(partition, self._now_ms) for partition in cut), default=0)

    def until_now(self) -> Iterator[Incoming]:
        """Hand out what the scan does."""
        for incoming in self._scan.until_now():
            self._first_ms.setdefault(incoming.position.partition, incoming.timestamp_ms)
            yield incoming


@contextmanager
def gathering(connection: KafkaConnection, group: str) -> Iterator[Gathering]:
    """Open what reads the evidence; raises `ClientError`."""
    clients = BrokerClients(connection)
    topics = (connection.jobs_topic, connection.results_topic, connection.dead_letters_topic)
    with ExitStack() as closing:
        jobs, results, letters = (
            closing.enter_context(scanning(clients, topic)) for topic in topics
        )
        yield Gathering(clients, group, jobs, results, letters)
