"""Bad input, each with its code and nothing lost: one worker meets all of it in one run.

Every message ends in exactly one terminal result; those that failed, and no others, stand among
the dead letters as they were sent; in the end the group has committed all of them.
"""

import json
from collections import Counter
from collections.abc import Mapping
from hashlib import sha256

import pytest

from tests.e2e.bad_input import CASES, Case
from tests.e2e.bad_input_run import JOBS_MAX_BYTES, TRACE, Run, run_all
from tests.e2e.bad_input_store import VERBATIM_KEYS, fill, recordings, restricted_credentials
from tests.e2e.deployment import Deployment
from tests.stack.kafka import KafkaCluster
from tests.stack.object_server import ObjectServer
from tests.stack.topics import BROKERS_DEFAULT_BYTES, Topics

pytestmark = [pytest.mark.kafka, pytest.mark.s3, pytest.mark.slow]

"""What the contract asks of the topic; the worker itself writes less by default."""
TRUNCATED_BYTES = 65_536


@pytest.fixture(scope="module")
def objects(tmp_path_factory: pytest.TempPathFactory, engine: None) -> Mapping[str, bytes]:
    return recordings(tmp_path_factory.mktemp("recordings"))


@pytest.fixture(scope="module")
def deployment(
    kafka: KafkaCluster, minio: ObjectServer, objects: Mapping[str, bytes]
) -> Deployment:
    fill(minio, objects)
    return Deployment(
        bootstrap=kafka.bootstrap,
        topics=Topics.created(kafka, partitions=3, max_job_bytes=JOBS_MAX_BYTES),
        audio=("s3://calls/", "s3://no-such-bucket/", "file:///no-such-directory/"),
        output=("s3://results/", "s3://no-such-bucket/"),
        store=restricted_credentials(minio),
    )


@pytest.fixture(scope="module")
def run(deployment: Deployment) -> Run:
    return run_all(deployment)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_ends_once_and_with_its_code(run: Run, case: Case) -> None:
    answers = run.answers_to(case)

    assert [answer.outcome for answer in answers] == case.outcomes
    assert all(case.says in answer.message for answer in answers)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_is_a_dead_letter_exactly_when_it_failed(run: Run, case: Case) -> None:
    codes = [letter.header("x-error-code") for letter in run.letters_of(case)]

    assert codes == ([case.ends] if case.is_dead_letter else [])


@pytest.mark.parametrize(
    "case",
    [
        case
        for case in CASES
        if case.is_dead_letter and len(case.value or b"") < BROKERS_DEFAULT_BYTES
    ],
    ids=lambda case: case.name,
)
def test_its_dead_letter_holds_what_was_sent(run: Run, case: Case) -> None:
    sent, _ = run.sent[case.name]
    (letter,) = run.letters_of(case)

    assert (letter.key, letter.value) == (sent.key, sent.value)
    assert set(sent.headers) <= set(letter.headers)


def test_a_dead_letter_that_does_not_fit_says_what_it_was_cut_from(run: Run) -> None:
    (case,) = (case for case in CASES if len(case.value or b"") > BROKERS_DEFAULT_BYTES)
    sent, _ = run.sent[case.name]
    (letter,) = run.letters_of(case)
    value = sent.value or b""

    assert (letter.key, letter.value) == (sent.key, value[:TRUNCATED_BYTES])
    assert letter.header("x-truncated") == "true"
    assert letter.header("x-value-bytes") == str(len(value))
    assert letter.header("x-value-sha256") == sha256(value).hexdigest()


def test_nothing_else_is_on_the_topics(run: Run) -> None:
    assert len(run.answers) == sum(len(case.outcomes) for case in CASES)
    assert len(run.letters) == sum(case.is_dead_letter for case in CASES)


def test_the_tombstone_is_counted(run: Run) -> None:
    assert run.tombstones == 1


def test_the_worker_lives_through_all_of_it(run: Run) -> None:
    assert run.crashes == 0
    assert run.exit_status == 0


def test_a_result_is_keyed_by_its_job_else_by_its_position(
    run: Run, deployment: Deployment
) -> None:
    for answer in run.answers:
        partition, offset = answer.position
        job_id = answer.result["job_id"] or f"{deployment.topics.jobs}/{partition}/{offset}"
        assert answer.entry.key == job_id.encode()


def test_a_result_carries_the_trace_of_its_job(run: Run) -> None:
    assert all(TRACE in answer.entry.headers for answer in run.answers)


def test_each_job_that_ended_is_one_line_of_the_log(run: Run) -> None:
    lines = [json.loads(line) for line in run.log.splitlines() if '"job settled"' in line]

    assert Counter(
        (line["partition"], line["offset"], line["job_id"], line["status"], line["code"])
        for line in lines
    ) == Counter(
        (*answer.position, answer.result["job_id"], answer.result["status"], answer.code)
        for answer in run.answers
    )
    assert {line["level"] for line in lines} == {"INFO"}
    assert {line["trace_id"] for line in lines} == {TRACE[1].decode()[3:35]}
    assert all(line["attempt"] >= 1 and line["seconds"] >= 0 for line in lines)


def test_keys_are_taken_verbatim(run: Run, objects: Mapping[str, bytes]) -> None:
    heard = [answer.result["audio"] or {} for answer in run.answers]
    hashes = {audio.get("uri"): audio.get("sha256") for audio in heard}

    for key in VERBATIM_KEYS:
        assert hashes[f"s3://calls/{key}"] == sha256(objects[key]).hexdigest()


def test_a_job_id_sent_twice_is_two_results_with_one_object(run: Run) -> None:
    twins = [answer.result for answer in run.answers if answer.result["job_id"] == "twice"]

    assert sorted(twin["reused"] for twin in twins) == [False, True]
    assert twins[0]["outputs"] == twins[1]["outputs"]


def test_credentials_stay_unsaid(run: Run, deployment: Deployment) -> None:
    published = b"".join(answer.entry.value or b"" for answer in run.answers)

    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"):
        assert deployment.store[name] not in run.log
        assert deployment.store[name].encode() not in published
