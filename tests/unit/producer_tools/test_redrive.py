"""Whether the right dead letters become jobs again, as they were."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from producer_tools.exits import WrongUsage
from producer_tools.kafka.connection import KafkaConnection
from producer_tools.kafka.messages import Incoming
from producer_tools.redrive.account import account, parse_code
from producer_tools.redrive.redriving import Redrive
from producer_tools.redrive.sorting import Lot, Tally, Wanted, job_again
from schemas.codes import ErrorCode
from schemas.dead_letter import DeadLetter
from schemas.headers import DEAD_LETTER_NAMES, Failure, Headers
from schemas.position import Position
from tests.unit.producer_tools.messages import NOON
from tests.unit.schemas.strategies import quick

LETTER = Position("letters", 2, 40)
WANTED = Wanted(ErrorCode.CRASHED_WORKER, "jobs")
PLAN = Redrive(KafkaConnection(jobs_topic="jobs"), "turnstream", ErrorCode.CRASHED_WORKER)

plain_headers = st.lists(
    st.tuples(
        st.text(min_size=1).filter(lambda name: name not in DEAD_LETTER_NAMES),
        st.none() | st.binary(max_size=9),
    ),
    max_size=4,
).map(tuple)


def letter(
    key: bytes | None = b"key",
    value: bytes = b"{}",
    headers: Headers = (),
    *,
    code: str = "crashed_worker",
    topic: str = "jobs",
    max_bytes: int = 1_000_000,
) -> Incoming:
    failure = Failure(code, "why", 3, NOON, "worker-0", Position(topic, 0, 7))
    made = DeadLetter.of(key, value, headers, failure, max_bytes)
    return Incoming(LETTER, int(NOON.timestamp() * 1000), made.key, made.value, made.headers)


@quick
@given(st.none() | st.binary(max_size=9), st.binary(max_size=9), plain_headers)
def test_a_job_is_what_it_was_and_says_where_its_letter_stands(
    key: bytes | None, value: bytes, headers: Headers
) -> None:
    job = job_again(letter(key, value, headers))

    kept = tuple(header for header in headers if header[0] != "x-redriven-from")
    assert (job.key, job.value) == (key, value)
    assert job.headers == (*kept, ("x-redriven-from", b"letters/2/40"))


def test_a_job_that_was_redriven_before_names_its_last_letter_alone() -> None:
    job = job_again(letter(headers=(("x-redriven-from", b"letters/0/1"), ("a", b"b"))))

    assert job.headers == (("a", b"b"), ("x-redriven-from", b"letters/2/40"))


@pytest.mark.parametrize(
    ("incoming", "lot"),
    [
        (letter(), Lot.REDRIVEN),
        (letter(code="internal"), Lot.PASSED),
        (letter(topic="jobs of somebody else"), Lot.PASSED),
        (letter(value=b"x" * 9999, max_bytes=2000), Lot.TRUNCATED),
        (letter(value=b"x" * 9999, max_bytes=2000, code="internal"), Lot.PASSED),
        (Incoming(LETTER, 0, None, None, ()), Lot.PASSED),
    ],
)
def test_headers_decide_what_becomes_of_a_letter(incoming: Incoming, lot: Lot) -> None:
    assert WANTED.lot(incoming) is lot


def test_each_code_has_a_group_and_a_producer_of_its_own() -> None:
    assert PLAN.group == "turnstream-redrive-crashed_worker"
    assert PLAN.transactional_id == "turnstream-turnstream-redrive-crashed_worker"


def test_a_code_that_does_not_exist_is_refused_with_those_that_do() -> None:
    assert parse_code("internal") is ErrorCode.INTERNAL
    with pytest.raises(WrongUsage, match=r"--code crashed: is none of .*crashed_worker.*internal"):
        parse_code("crashed")


def test_the_account_says_what_was_sent_and_what_cannot_be() -> None:
    tally = Tally()
    for lot in (Lot.REDRIVEN, Lot.REDRIVEN, Lot.PASSED, Lot.TRUNCATED):
        tally.add(letter(), lot)

    rehearsed, sent = account(tally, PLAN, sent=False), account(tally, PLAN, sent=True)

    assert rehearsed[0] == "2 letters of crashed_worker would be sent to jobs; 1 other passed"
    assert rehearsed[-1] == "nothing was sent: add --yes to send"
    assert sent[0] == "2 letters of crashed_worker sent to jobs; 1 other passed"
    assert sent[1].startswith("1 letter of crashed_worker cannot be sent: only the first 64 KiB")
    assert len(sent) == 2


def test_only_the_first_letters_are_kept_as_examples() -> None:
    tally = Tally()
    for _ in range(25):
        tally.add(letter(), Lot.REDRIVEN)
    tally.add(letter(code="internal"), Lot.PASSED)

    assert tally.counts == {Lot.REDRIVEN: 25, Lot.PASSED: 1, Lot.TRUNCATED: 0}
    assert len(tally.examples) == 10
