"""Whether each document that tells of a job is taken for what it is."""

import json

import pytest

from producer_tools.exits import WrongUsage
from producer_tools.report.document import read_document
from schemas.result import Result, StoredResult
from tests.unit.producer_tools.report.documents import example, example_bytes


def test_a_stored_result_is_read() -> None:
    document = example("stored-result")

    assert isinstance(document.answer, StoredResult)
    assert document.name == "call-2026-11-22-0017"
    assert document.elsewhere is None


def test_a_message_is_read() -> None:
    assert isinstance(example("result-failed").answer, Result)


def test_a_line_of_tail_is_read_as_the_message_in_it() -> None:
    message = example_bytes("result-failed")
    line = json.dumps({"kind": "result", "position": "r/0/1", "value": json.loads(message)})

    document = read_document(line.encode(), "-")

    assert json.loads(document.text) == json.loads(message)


def test_a_message_without_its_answer_names_the_object_that_has_it() -> None:
    message = example("result-succeeded-not-inline")
    stored = example("stored-result")

    whole = message.completed(stored)

    assert message.elsewhere == "s3://results/calls/call-2026-11-22-0017/396a32ce979e4e6b.json"
    assert whole.elsewhere is None
    assert whole.answer.result == stored.answer.result
    assert isinstance(whole.answer, Result)
    assert whole.text == stored.text


def test_a_job_without_an_id_has_the_name_of_its_message() -> None:
    document = example("result-failed-unreadable-job")

    assert document.name == "turnstream.jobs/3/120457"
    assert document.stem == "turnstream.jobs_3_120457"


@pytest.mark.parametrize(
    "data", [b"", b"\xff", b"[1]", b'{"kind": "dead_letter", "value": "x"}', b"{}\n{}\n"]
)
def test_anything_else_is_refused_by_name(data: bytes) -> None:
    with pytest.raises(WrongUsage, match=r"^some\.json: is no result: "):
        read_document(data, "some.json")
