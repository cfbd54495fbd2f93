"""What a worker counts is what has happened, as the brokers and the oracle know it, exactly.

Jobs that succeed, that fail in several ways, that fail once and are tried again, and a record that
is no job. The seconds of their stages add up to what each took from its record to its result.
"""

import json
from collections import Counter
from pathlib import Path
from urllib.request import urlopen

import pytest
from prometheus_client.parser import text_string_to_metric_families

from tests.e2e.delivery.story import Story, assert_kept, told
from tests.fakes.jobs import job_bytes
from tests.scripted.recordings import Behaviour
from tests.stack.kafka import KafkaCluster

pytestmark = [pytest.mark.kafka, pytest.mark.slow]

PARTITIONS = 4
SUCCESSES, MILLISECONDS = 30, 100
INVALID, MISSING, REFUSED = 3, 4, 2
TOLERANCE = 0.05
_READY = '"event": "worker ready"'


def page(story: Story, path: str) -> str:
    """What the only worker answers."""
    (worker,) = story.fleet.wanted
    (ready,) = (line for line in worker.log.splitlines() if _READY in line)
    with urlopen(f"{json.loads(ready)['http']}{path}", timeout=10.0) as answer:
        text: str = answer.read().decode()
    return text


class Scrape:
    """All samples of a worker at one moment."""

    def __init__(self, story: Story) -> None:
        families = text_string_to_metric_families(page(story, "/metrics"))
        self._samples = [sample for family in families for sample in family.samples]

    def total(self, name: str, **labels: str) -> float:
        """The sum over the labels that are not given."""
        return sum(
            sample.value
            for sample in self._samples
            if sample.name == f"turnstream_{name}" and labels.items() <= sample.labels.items()
        )

    def by(self, name: str, label: str) -> dict[str, float]:
        """The sums by one label."""
        values = {s.labels[label] for s in self._samples if s.name == f"turnstream_{name}"}
        return {value: self.total(name, **{label: value}) for value in values}


def send_all(story: Story) -> int:
    """Send everything; returns how many are to be answered."""
    story.jobs.send(SUCCESSES, MILLISECONDS)
    story.jobs.send(behaviour=Behaviour.STUMBLE)
    for number in range(INVALID):
        story.jobs.send_bytes(b"no job", partition=number)
    for number in range(MISSING):
        gone = {"uri": f"{story.jobs.audio_uri}gone-{number}.wav"}
        story.jobs.send_bytes(job_bytes(job_id=f"gone-{number}", audio=gone), partition=number)
    for number in range(REFUSED):
        refused = {"uri": f"file:///elsewhere/{number}.wav"}
        story.jobs.send_bytes(job_bytes(job_id=f"refused-{number}", audio=refused))
    return story.jobs.sent + INVALID + MISSING + REFUSED


def test_counters_equal_what_the_oracle_finds_and_stages_add_up(
    kafka: KafkaCluster, tmp_path: Path
) -> None:
    with told(kafka, tmp_path, PARTITIONS) as story:
        story.until_shared(workers=1)
        sent = send_all(story)
        story.until(lambda: len(story.results.arrivals) >= sent, 60)
        # What readers see is counted a moment later, and the backlog within some seconds.
        story.until(lambda: Scrape(story).total("jobs_total") >= sent, 10)
        story.until(lambda: set(Scrape(story).by("backlog_jobs", "partition").values()) == {0}, 30)

        scrape = Scrape(story)
        assert_kept(story.verdict(), jobs=sent)
        _check_counts(scrape, story)
        _check_seconds(scrape, story)
        _check_probes(story)


def _check_counts(scrape: Scrape, story: Story) -> None:
    endings = story.results.endings
    failures = Counter({code: n for code, n in endings.items() if code != "succeeded"})
    assert scrape.total("jobs_total", status="succeeded") == endings["succeeded"] == SUCCESSES + 1
    assert sum(failures.values()) == INVALID + MISSING + REFUSED
    assert scrape.by("dead_letters_total", "code") == failures
    assert {c: n for c, n in scrape.by("jobs_total", "code").items() if c != "none"} == failures
    assert scrape.total("retries_total") == 1
    assert scrape.total("job_seconds_count") == sum(endings.values())
    assert scrape.total("stage_seconds_count", stage="publish") == sum(endings.values())
    assert scrape.total("batch_jobs_sum") == endings["succeeded"] + 1  # who stumbled ran twice
    assert scrape.total("store_requests_total", request="create") == endings["succeeded"]
    assert scrape.total("store_requests_total", request="body", outcome="ok") == (
        endings["succeeded"] + 1
    )
    assert scrape.total("transactions_total", outcome="committed") == scrape.total(
        "transactions_total"
    )
    assert scrape.total("partitions_assigned") == PARTITIONS
    assert scrape.total("jobs_in_flight") == 0
    assert scrape.total("backlog_audio_seconds") == scrape.total("backlog_eta_seconds") == 0


def _check_seconds(scrape: Scrape, story: Story) -> None:
    stages, whole = scrape.total("stage_seconds_sum"), scrape.total("job_seconds_sum")
    by_brokers = sum(each.published_at - each.written_at for each in story.results.arrivals)
    print(f"\nstages {stages:.2f} s, jobs {whole:.2f} s, by the brokers {by_brokers:.2f} s")
    print({stage: round(n, 2) for stage, n in scrape.by("stage_seconds_sum", "stage").items()})
    assert stages == pytest.approx(whole, rel=TOLERANCE)
    assert stages == pytest.approx(by_brokers, rel=TOLERANCE)
    assert scrape.total("stage_seconds_sum", stage="device") > SUCCESSES * MILLISECONDS / 1000


def _check_probes(story: Story) -> None:
    live, ready = (json.loads(page(story, path)) for path in ("/live", "/ready"))
    assert ready == {"reason": "ok", "partitions": PARTITIONS}
    assert (live["reason"], live["jobs_under_way"]) == ("ok", 0)
    assert live["loop_turned_seconds_ago"] < 5
    assert live["jobs_moved_seconds_ago"] < 5
