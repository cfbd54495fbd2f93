"""A client in each language has its jobs done, without our package, by a worker as it is.

What it is promised in docs/clients.md is asked of the messages that a plain client finds.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.clients.programs import Programs
from tests.e2e.delivery.story import Story, told
from tests.scripted.recordings import Instructions, speakers
from tests.stack.kafka import KafkaCluster
from tests.stack.messages import Entry, read

pytestmark = [pytest.mark.kafka, pytest.mark.slow]

TRACE_ID = "0af7651916cd43dd8448eb211c80319c"
SECONDS = 60.0
RECORDING = Instructions(number=7)
TURNS = len(speakers(RECORDING.number))


@pytest.fixture(scope="module")
def service(kafka: KafkaCluster, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Story]:
    """One worker for the clients of all languages, and a recording."""
    with told(kafka, tmp_path_factory.mktemp("clients"), partitions=2) as story:
        file_of(story.deployment.audio[0] + "call.wav").write_bytes(RECORDING.wav())
        story.until_shared(workers=1)
        yield story


def file_of(uri: str) -> Path:
    return Path(uri.removeprefix("file://"))


def found_on(service: Story, topic: str, places: Sequence[str]) -> list[Entry]:
    """The results or dead letters of the jobs that stand there, in the order of the jobs."""
    entries = {place_by_headers(each): each for each in read(service.deployment.bootstrap, topic)}
    return [entries[place] for place in places if place in entries]


def place_by_headers(entry: Entry) -> str:
    return "/".join(entry.header(f"x-origin-{part}") for part in ("topic", "partition", "offset"))


def place_of(result: Mapping[str, Any]) -> str:
    return "/".join(str(result["origin"][part]) for part in ("topic", "partition", "offset"))


def assert_answered(name: str, entry: Entry, result: Mapping[str, Any]) -> None:
    """The key and the headers say what the result says, and what came with the job is back."""
    assert (entry.key or b"").decode() == entry.header("x-job-id") == result["job_id"]
    assert entry.header("x-status") == result["status"]
    assert entry.header("x-operation") == "diarize"
    assert entry.header("content-type") == "application/json"
    assert TRACE_ID in entry.header("traceparent")
    assert result["metadata"] == {"sender": name}


def assert_stored(result: Mapping[str, Any]) -> None:
    """The object is the one that the result names, and it holds the answer."""
    (output,) = result["outputs"]
    stored = file_of(output["uri"]).read_bytes()
    assert (sha256(stored).hexdigest(), len(stored)) == (output["sha256"], output["size_bytes"])
    assert json.loads(stored)["result"] == result["result"]


def test_its_jobs_are_done_and_their_results_read(programs: Programs, service: Story) -> None:
    name, deployment, topics = programs.language, service.deployment, service.deployment.topics
    settings = {**deployment.client_settings, "TRACEPARENT": f"00-{TRACE_ID}-b7ad6b7169203331-01"}
    answered = len(service.results.arrivals)

    places = []
    for job_id, file in (("call", "call.wav"), ("call", "call.wav"), ("lost", "none.wav")):
        uri = deployment.audio[0] + file
        places.append(programs.submit(settings, f"{job_id}-{name}", uri, "0.1"))
        service.until(lambda: len(service.results.arrivals) == answered + len(places), SECONDS)
    lines = programs.read(settings, f"readers-of-{name}", answered + len(places))
    endings = {line.split()[0]: line.partition(" ")[2] for line in lines}
    first, again, lost = (endings[place] for place in places)
    entries = found_on(service, topics.results, places)
    results = [json.loads(entry.value or b"") for entry in entries]
    (letter,) = found_on(service, topics.dead_letters, places)

    assert len(endings) == len(lines)
    assert (first, again) == (f"call-{name} succeeded turns={TURNS}",) * 2
    assert lost.startswith(f"lost-{name} failed audio_not_found (final): ")
    assert [place_of(result) for result in results] == places
    for entry, result in zip(entries, results, strict=True):
        assert_answered(name, entry, result)
    assert [result["reused"] for result in results] == [False, True, False]
    assert results[0]["outputs"] == results[1]["outputs"]
    assert_stored(results[0])
    assert letter.header("x-error-code") == "audio_not_found"
    assert (letter.key, letter.header("x-audio-seconds")) == (f"lost-{name}".encode(), "0.100")
    assert letter.value in [entry.value for entry in read(deployment.bootstrap, topics.jobs)]
    service.until(deployment.has_caught_up, SECONDS)
