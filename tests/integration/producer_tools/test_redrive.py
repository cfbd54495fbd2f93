"""Whether dead letters become jobs again exactly once, whatever happens in between."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest
from confluent_kafka import Producer, TopicPartition

from producer_tools.demo import mock_broker
from producer_tools.exits import BrokerRefuses
from producer_tools.kafka.broker import BrokerClients
from producer_tools.kafka.connection import KafkaConnection
from producer_tools.kafka.messages import Incoming
from producer_tools.kafka.scanning import scanning
from producer_tools.redrive.reading import dead_letters
from producer_tools.redrive.redriving import Redrive
from producer_tools.redrive.sending import TransactionalSender
from producer_tools.redrive.sorting import job_again
from schemas.codes import ErrorCode
from schemas.dead_letter import DeadLetter
from schemas.headers import Failure, last
from schemas.position import Position
from tests.integration.producer_tools import dying_redrive
from tests.integration.producer_tools.command import Run, command, environment
from tests.integration.producer_tools.staging import (
    SECONDS,
    send_offsets,
    transaction,
)
from tests.stack.kafka import KafkaCluster
from tests.stack.topics import Topics
from tests.unit.producer_tools.messages import NOON

pytestmark = pytest.mark.kafka


@pytest.fixture
def connection(kafka: KafkaCluster, topics: Topics) -> KafkaConnection:
    return KafkaConnection(
        bootstrap_servers=kafka.bootstrap,
        jobs_topic=topics.jobs,
        dead_letters_topic=topics.dead_letters,
    )


def bury(kafka: KafkaCluster, topics: Topics, codes: dict[str, int], max_bytes: int = 9999) -> None:
    """Write so many letters of each code."""
    producer = Producer({"bootstrap.servers": kafka.bootstrap})
    for code, number in codes.items():
        for offset in range(number):
            failure = Failure(code, "why", 1, NOON, "worker-0", Position(topics.jobs, 0, offset))
            value = b'{"number": %d}' % offset + b" " * 3000
            letter = DeadLetter.of(b"%d" % offset, value, (("a", b"b"),), failure, max_bytes)
            producer.produce(
                topics.dead_letters, letter.value, letter.key, headers=[*letter.headers]
            )
    assert producer.flush(SECONDS) == 0


def jobs_on(connection: KafkaConnection) -> list[Incoming]:
    """Read what a worker would."""
    with scanning(BrokerClients(connection), connection.jobs_topic) as scan:
        scan.begin()
        return list(scan.until_now())


def letters_of(jobs: list[Incoming]) -> list[str]:
    """Name the letters that became these jobs."""
    return [(last(job.headers, "x-redriven-from") or b"").decode() for job in jobs]


def test_letters_of_one_code_become_jobs_once(
    kafka: KafkaCluster, topics: Topics, connection: KafkaConnection, run: Run
) -> None:
    bury(kafka, topics, {"internal": 12, "audio_empty": 7})

    rehearsed = run("redrive", "--code", "internal")
    untouched = jobs_on(connection)
    sent = run("redrive", "--code", "internal", "--yes")
    again = run("redrive", "--code", "internal", "--yes")

    jobs = jobs_on(connection)
    assert rehearsed.returncode == 0, rehearsed.stderr
    assert untouched == []
    assert f"12 letters of internal would be sent to {topics.jobs}" in rehearsed.stdout
    assert rehearsed.stdout.count("  letter  ") == 10
    assert "12 letters of internal sent" in sent.stdout
    assert "7 others passed" in sent.stdout
    assert "0 letters of internal sent" in again.stdout
    assert sorted(int(job.key or b"") for job in jobs) == list(range(12))
    assert len(set(letters_of(jobs))) == 12
    assert all(job.headers[0] == ("a", b"b") and len(job.headers) == 2 for job in jobs)


def test_a_redrive_of_one_code_leaves_the_others_to_theirs(
    kafka: KafkaCluster, topics: Topics, connection: KafkaConnection, group: str
) -> None:
    bury(kafka, topics, {"internal": 3, "audio_empty": 2})

    for code in (ErrorCode.INTERNAL, ErrorCode.AUDIO_EMPTY):
        Redrive(connection, group, code).run()

    assert len(set(letters_of(jobs_on(connection)))) == 5


def test_letters_that_were_cut_are_counted_and_told_by_the_exit_code(
    kafka: KafkaCluster, topics: Topics, connection: KafkaConnection, run: Run
) -> None:
    bury(kafka, topics, {"internal": 2}, max_bytes=1000)
    bury(kafka, topics, {"internal": 1})

    ended = run("redrive", "--code", "internal", "--yes")

    assert ended.returncode == 1
    assert "2 letters of internal cannot be sent" in ended.stdout
    assert len(jobs_on(connection)) == 1


@pytest.mark.parametrize("moment", dying_redrive.MOMENTS)
def test_a_redrive_that_was_killed_is_finished_by_the_next(
    kafka: KafkaCluster,
    topics: Topics,
    connection: KafkaConnection,
    group: str,
    run: Run,
    moment: str,
) -> None:
    bury(kafka, topics, {"internal": 40})

    killed = subprocess.run(
        [
            *(sys.executable, "-m", dying_redrive.__name__),
            *(kafka.bootstrap, topics.jobs, topics.dead_letters, group, moment),
        ],
        timeout=60,
    )
    ended = run("redrive", "--code", "internal", "--yes")

    whole = 3 if moment == "after the commit" else 2
    left = 40 - whole * dying_redrive.LETTERS_PER_TRANSACTION
    named = letters_of(jobs_on(connection))
    assert killed.returncode == -signal.SIGKILL
    assert ended.returncode == 0, ended.stderr
    assert f"{left} letters of internal sent" in ended.stdout
    assert (len(named), len(set(named))) == (40, 40)


def test_of_two_that_run_at_once_the_first_is_ended(
    kafka: KafkaCluster, topics: Topics, connection: KafkaConnection, group: str, run: Run
) -> None:
    bury(kafka, topics, {"internal": 4})
    redrive = Redrive(connection, group, ErrorCode.INTERNAL)

    with dead_letters(connection, redrive.group) as letters:
        first = TransactionalSender(letters.clients, redrive.transactional_id, letters.group)
        some = list(letters.unread())
        second = run("redrive", "--code", "internal", "--yes")
        with pytest.raises(BrokerRefuses, match="was started once more"):
            first.send(topics.jobs, list(map(job_again, some)), letters.positions_behind(some))

    assert "4 letters of internal sent" in second.stdout
    assert len(jobs_on(connection)) == 4


def test_letters_that_are_written_meanwhile_are_for_the_next_time(
    kafka: KafkaCluster, topics: Topics, connection: KafkaConnection, group: str
) -> None:
    bury(kafka, topics, {"internal": 2})

    with dead_letters(connection, group) as letters:
        bury(kafka, topics, {"internal": 3})
        unread = list(letters.unread())

    assert len(unread) == 2


def test_a_dead_letter_topic_that_was_created_anew_is_told(
    kafka: KafkaCluster, topics: Topics, group: str, run: Run
) -> None:
    with transaction(kafka.bootstrap) as producer:
        position = TopicPartition(topics.dead_letters, 1, 100)
        send_offsets(kafka.bootstrap, producer, f"{group}-redrive-internal", [position])

    ended = run("redrive", "--code", "internal", "--yes")

    assert ended.returncode == 1
    assert "redriven up to offset 100, and it ends at 0: it was created anew" in ended.stderr


def test_a_broker_without_transactions_is_refused(tmp_path: Path) -> None:
    topics = Topics.new()

    with mock_broker.running(dict.fromkeys(topics, 2)) as bootstrap:
        ended = command(environment(bootstrap, topics, tmp_path))("redrive", "--code", "internal")

    assert ended.returncode == 3
    assert "simulated broker without transactions" in ended.stderr
