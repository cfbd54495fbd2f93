"""Is a child that was taken over believed in anything it should not be?"""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consumer.adapters.audio.wire import (
    MESSAGE_BYTES,
    Findings,
    Order,
    ProtocolViolation,
    Ready,
    Refusal,
    ResamplerNeeded,
    Setup,
    encode,
    parse_answer,
    parse_order,
    parse_setup,
    refusal,
)
from consumer.core.errors import AudioEmpty, AudioUndecodable

FINDINGS = Findings(
    samples=16_000,
    promised_seconds=1.0,
    decoded_seconds=1.0,
    is_cut=False,
    broken_packets=0,
    missing_seconds=0.0,
    unusable_samples=0,
)


@pytest.mark.parametrize(
    "answer", [Ready(True), ResamplerNeeded(), FINDINGS, Refusal("audio_empty", "0 bytes")]
)
def test_answers_arrive_as_they_were_sent(
    answer: Ready | ResamplerNeeded | Findings | Refusal,
) -> None:
    assert parse_answer(encode(answer)) == answer


def test_orders_and_setups_arrive_as_they_were_sent() -> None:
    setup = Setup(1, 16_000, 60.0, 1 << 20, with_resampler=True)

    assert parse_order(encode(Order(channel=1))) == Order(channel=1)
    assert parse_setup(encode(setup).decode()) == setup


def test_a_refusal_becomes_the_error_it_was() -> None:
    answer = parse_answer(encode(refusal(AudioEmpty("the file has 0 bytes"))))

    assert isinstance(answer, Refusal)
    assert isinstance(answer.error(), AudioEmpty)
    assert str(answer.error()) == "the file has 0 bytes"


def test_a_refusal_of_any_length_fits_a_message() -> None:
    message = "\N{SNOWMAN}\n\0" * 10_000

    assert len(encode(refusal(AudioUndecodable(message)))) <= MESSAGE_BYTES


@pytest.mark.parametrize(
    "spoilt",
    [
        {"samples": -1},
        {"samples": True},
        {"samples": 1.5},
        {"samples": "many"},
        {"decoded_seconds": float("nan")},
        {"decoded_seconds": float("inf")},
        {"decoded_seconds": 10**400},
        {"promised_seconds": -1.0},
        {"missing_seconds": None},
        {"is_cut": 1},
        {"broken_packets": None},
        {"unknown": 1},
        {"kind": "Setup"},
        {"kind": ["Findings"]},
    ],
)
def test_findings_that_cannot_be_are_a_violation(spoilt: dict[str, Any]) -> None:
    fields = json.loads(encode(FINDINGS)) | spoilt

    with pytest.raises(ProtocolViolation):
        parse_answer(json.dumps(fields).encode())


@pytest.mark.parametrize(
    "fields",
    [
        {"code": "internal", "message": "not a decoder's to say"},
        {"code": "audio_empty", "message": "two\nlines"},
        {"code": "audio_empty", "message": 5},
        {"code": ["audio_empty"], "message": ""},
        {"code": "audio_empty"},
    ],
)
def test_refusals_outside_the_closed_set_are_a_violation(fields: dict[str, Any]) -> None:
    with pytest.raises(ProtocolViolation):
        parse_answer(json.dumps({"kind": "Refusal", **fields}).encode())


@pytest.mark.parametrize("data", [b"", b"{", b"[]", b"null", b"[" * 4_000, b"\xff\xfe", b"7"])
def test_what_is_no_message_is_a_violation(data: bytes) -> None:
    with pytest.raises(ProtocolViolation):
        parse_answer(data)


@given(st.binary(max_size=200))
def test_no_bytes_raise_anything_else(data: bytes) -> None:
    with pytest.raises(ProtocolViolation):
        parse_answer(data)
