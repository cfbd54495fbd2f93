"""Dead letters: the original bytes, and why they are here."""

from datetime import UTC, datetime
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.dead_letter import DeadLetter
from schemas.errors import SchemaError
from schemas.headers import Failure, Headers, last
from schemas.position import Position
from schemas.topics import DEAD_LETTER_HEADROOM_BYTES, MAX_JOB_BYTES
from tests.unit.schemas.strategies import quick

FAILURE = Failure(
    code="audio_not_found",
    message="no such object",
    attempt=1,
    failed_at=datetime(2026, 11, 22, 9, 15, 31, 2000, tzinfo=UTC),
    worker="worker-0",
    position=Position("turnstream.jobs", 3, 120455),
)
ORIGINAL: Headers = (("traceparent", b"00-1-2-01"), ("x-audio-seconds", b"9"), ("empty", None))
LIMIT = MAX_JOB_BYTES + DEAD_LETTER_HEADROOM_BYTES


@quick
@given(st.none() | st.binary(max_size=100), st.binary(max_size=1000))
def test_a_letter_carries_the_original_and_says_why(key: bytes | None, value: bytes) -> None:
    letter = DeadLetter.of(key, value, ORIGINAL, FAILURE, LIMIT)

    assert (letter.key, letter.value) == (key, value)
    assert letter.original_headers == ORIGINAL
    assert letter.failure == FAILURE
    assert not letter.truncated


def test_headers_with_our_names_are_not_believed() -> None:
    forged: Headers = (("x-error-code", b"internal"), ("x-truncated", b"true"), ("mine", b"1"))

    letter = DeadLetter.of(None, b"{}", forged, FAILURE, LIMIT)

    assert letter.original_headers == (("mine", b"1"),)
    assert letter.failure.code == "audio_not_found"
    assert not letter.truncated


def test_a_redriven_letter_that_fails_again_keeps_where_it_came_from() -> None:
    redriven: Headers = (("x-redriven-from", b"turnstream.dead-letters/0/4"),)

    assert DeadLetter.of(None, b"{}", redriven, FAILURE, LIMIT).original_headers == redriven


def test_any_job_fits_with_the_headroom_of_the_topic() -> None:
    worst = Failure("x" * 40, "ü" * 5000, 99, FAILURE.failed_at, "w" * 256, FAILURE.position)

    letter = DeadLetter.of(b"k" * 1000, b"x" * (MAX_JOB_BYTES - 1000), (), worst, LIMIT)

    assert not letter.truncated
    assert len(letter.failure.message.encode()) <= 512


def test_a_letter_that_does_not_fit_carries_the_beginning_and_no_original_headers() -> None:
    value = bytes(range(256)) * 4096

    letter = DeadLetter.of(b"key", value, ORIGINAL, FAILURE, 100_000)

    assert letter.truncated
    assert (letter.key, letter.value) == (b"key", value[: 64 * 1024])
    assert letter.original_headers == ()
    assert last(letter.headers, "x-value-bytes") == b"1048576"
    assert last(letter.headers, "x-value-sha256") == sha256(value).hexdigest().encode()
    assert letter.failure == FAILURE


@quick
@given(
    key=st.integers(0, 3000),
    value=st.integers(0, 200_000),
    header=st.integers(0, 3000),
    limit=st.integers(1000, 150_000),
)
def test_a_letter_never_exceeds_the_limit(key: int, value: int, header: int, limit: int) -> None:
    headers: Headers = (("x", b"h" * header),)

    letter = DeadLetter.of(b"k" * key, b"v" * value, headers, FAILURE, limit)

    assert letter.record_bytes <= limit
    assert letter.truncated or len(letter.value) == value


def test_a_key_as_long_as_a_message_is_given_up() -> None:
    letter = DeadLetter.of(b"k" * 5000, b"{}", (), FAILURE, 4000)

    assert letter.key is None
    assert letter.value == b"{}"
    assert letter.truncated


@pytest.mark.parametrize("name", ["x-error-code", "x-failed-at", "x-origin-offset"])
def test_names_the_header_that_a_foreign_letter_lacks_or_garbles(name: str) -> None:
    letter = DeadLetter.of(None, b"{}", (), FAILURE, LIMIT)
    without = tuple(header for header in letter.headers if header[0] != name)

    for headers, problem in ((without, "is required"), ((*without, (name, b"\xff")), "cannot")):
        with pytest.raises(SchemaError, match=problem) as caught:
            _ = DeadLetter(None, b"{}", headers).failure
        assert caught.value.path == name
