"""Whether one line says what happened, and never more than text."""

from producer_tools.lines import count, dead_letter_line, describe_result, result_line
from producer_tools.tail.watching import Selection, as_document, show_messages
from schemas.dead_letter import DeadLetter
from schemas.embedding import EmbedResult, Voiceprint
from schemas.headers import Failure
from tests.unit.producer_tools.messages import (
    NOON,
    failed,
    incoming,
    position,
    published,
    succeeded,
)
from tests.unit.producer_tools.test_awaiting import ScriptedReader


def letter(value: bytes, message: str = "no sound in it") -> DeadLetter:
    failure = Failure("audio_undecodable", message, 1, NOON, "worker-0", position(3))
    return DeadLetter.of(b"key", value, (), failure, 1_000_000)


def test_a_success_says_who_spoke_and_where_it_is_written() -> None:
    line = result_line(succeeded()).plain

    assert line.startswith("2026-11-23T12:00:00Z  succeeded   call-1 ")
    assert line.endswith("2 speakers, 2 turns, 10.0 s of audio, s3://results/call-1/0.json")


def test_a_success_says_how_many_voices_were_heard() -> None:
    voices = (Voiceprint.of(0, 1, [0.5]), Voiceprint.of(1, 1.01, None))
    found = EmbedResult(dimension=1, embeddings=voices)

    line = result_line(succeeded().model_copy(update={"result": found})).plain

    assert "  1 voiceprint, 10.0 s of audio" in line


def test_a_failure_says_why() -> None:
    assert "audio_undecodable: no sound in it" in result_line(failed()).plain


def test_a_job_without_a_name_is_called_by_its_position() -> None:
    assert " jobs/0/5 " in result_line(failed(offset=5, job_id=None)).plain


def test_what_is_no_result_is_shown_as_such() -> None:
    line = describe_result(incoming(b"\x00")).plain

    assert "unreadable  results/1/7" in line


def test_a_letter_says_which_job_failed_and_why() -> None:
    made = letter(b'{"job_id": "call-9", "operation": "diarize", "audio": {"uri": "x"}}')

    line = dead_letter_line(incoming(made.value, "letters", made.headers)).plain

    assert "letter      call-9 " in line
    assert line.endswith("audio_undecodable: no sound in it (job at jobs/0/3)")


def test_a_letter_of_another_program_is_shown_as_unreadable() -> None:
    assert "unreadable" in dead_letter_line(incoming(b"x", "letters")).plain


def test_nothing_in_a_message_can_command_the_terminal() -> None:
    made = letter(b"junk", "\x1b[2Jgone\nnext line")

    line = dead_letter_line(incoming(made.value, "letters", made.headers)).plain

    assert line.isprintable()


def test_json_keeps_bytes_that_are_no_text() -> None:
    document = as_document(incoming(b"\xff\x00", "letters"), "dead_letter")

    assert document["value"] == {"base64": "/wA="}
    assert document["position"] == "letters/1/7"


def test_json_shows_a_result_as_an_object() -> None:
    document = as_document(published(succeeded()), "result")

    assert isinstance(document["value"], dict)
    assert document["value"]["job_id"] == "call-1"


def test_tail_ends_after_as_many_messages_as_wanted() -> None:
    shown: list[object] = []
    reader = ScriptedReader(None, incoming(b"1"), None, incoming(b"2"), incoming(b"3"))

    show_messages(reader, shown.append, Selection(limit=2).limit)

    assert shown == [incoming(b"1"), incoming(b"2")]


def test_numbers_and_nouns_agree() -> None:
    assert [count(number, "turn") for number in (0, 1, 2)] == ["0 turns", "1 turn", "2 turns"]
