"""Voiceprints as the contract promises them."""

import json
from hashlib import sha256
from math import sqrt
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from pydantic import ValidationError

import schemas
from schemas.codec import (
    SchemaError,
    decode_job,
    decode_result,
    decode_stored,
    encode_result,
    encode_stored,
)
from schemas.embedding import MAX_RANGES, EmbedParams, EmbedResult, Voiceprint
from schemas.export import exported
from schemas.identity import fingerprint
from schemas.time_range import TimeRange
from tests.unit.schemas.strategies import quick

EXAMPLES = Path(schemas.__path__[0]) / "examples"
STORED = (EXAMPLES / "stored-embed.json").read_bytes()
JOB = (EXAMPLES / "job-embed.json").read_bytes()

numbers = st.floats(-1e3, 1e3, width=32)
vectors = st.lists(numbers, min_size=1, max_size=8)
# Somewhere they differ from nothing: a vector without a length has no cosine.
pairs = st.lists(st.tuples(numbers, numbers), min_size=1, max_size=8).map(
    lambda pair: [(1.0, 1.0), *pair]
)


def cosine(a: tuple[float, ...], b: tuple[float, ...]) -> float:
    norms = sqrt(sum(x * x for x in a) * sum(x * x for x in b))
    return sum(x * y for x, y in zip(a, b, strict=True)) / norms


def with_ranges(ranges: object) -> bytes:
    job = json.loads(JOB)
    return json.dumps(job | {"params": {"ranges": ranges}}).encode()


def test_without_ranges_the_whole_recording_is_meant() -> None:
    assert decode_job(with_ranges(None)).params_as(EmbedParams).ranges is None


def test_ranges_stay_in_the_order_of_the_job() -> None:
    ranges = [{"start": 5, "end": 6.0004}, {"start": 0, "end": 9}, {"start": 5, "end": 6}]

    read = decode_job(with_ranges(ranges)).params_as(EmbedParams).ranges

    assert read == (
        TimeRange(start=5, end=6),
        TimeRange(start=0, end=9),
        TimeRange(start=5, end=6),
    )


def test_a_thousand_ranges_fit_and_not_one_more() -> None:
    ranges = [{"start": 36_000 + number, "end": 36_000.123 + number} for number in range(1001)]

    assert len(decode_job(with_ranges(ranges[:-1])).params_as(EmbedParams).ranges or ()) == 1000
    with pytest.raises(SchemaError, match=f"ranges: .*at most {MAX_RANGES}"):
        decode_job(with_ranges(ranges))


@quick
@given(pairs)
def test_rounding_does_not_move_a_vector(pair: list[tuple[float, float]]) -> None:
    one, other = zip(*pair, strict=True)

    rounded = Voiceprint.of(0, 1, one).vector

    assert rounded is not None
    assert rounded == pytest.approx(one, rel=6e-6)
    assert all(str(number) != "-0.0" for number in rounded)
    assert cosine(rounded, other) == pytest.approx(cosine(one, other), abs=1e-5)


@quick
@given(vectors)
def test_rounding_twice_is_rounding_once(vector: list[float]) -> None:
    once = Voiceprint.of(0, 1, vector)

    assert Voiceprint.of(0, 1, once.vector) == once


@pytest.mark.parametrize("number", [float("nan"), float("inf")])
def test_what_is_no_number_is_no_voice(number: float) -> None:
    with pytest.raises(ValidationError, match="finite"):
        Voiceprint.of(0, 1, [number])


def test_every_vector_has_the_length_that_was_said() -> None:
    nothing, voice = Voiceprint.of(0, 1, None), Voiceprint.of(1, 2, [0.5, 0.5])

    assert EmbedResult(dimension=2, embeddings=(nothing, voice)).end_seconds == 2
    with pytest.raises(ValidationError, match="length that dimension says"):
        EmbedResult(dimension=3, embeddings=(nothing, voice))


def test_the_stored_example_is_canonical_and_of_its_job() -> None:
    stored, job = decode_stored(STORED), decode_job(JOB)

    assert encode_stored(stored) == STORED
    schema = json.loads(exported()["stored_result.schema.json"])
    Draft202012Validator(schema).validate(json.loads(STORED))
    assert stored.fingerprint == fingerprint(
        operation=job.operation,
        audio=stored.audio,
        params=job.params,
        model=stored.model,
        engine_version=stored.engine_version,
        recompute_id=job.recompute_id,
    )


def test_the_example_of_a_message_carries_what_is_stored() -> None:
    stored = json.loads(STORED)
    del stored["fingerprint"]
    message = (EXAMPLES / "result-embed.json").read_bytes()

    (output,) = decode_result(message).outputs

    assert stored.items() <= json.loads(message).items()
    assert (output.sha256, output.size_bytes) == (sha256(STORED).hexdigest(), len(STORED))


def test_many_voices_are_read_from_the_store_instead_of_the_message() -> None:
    result = decode_result((EXAMPLES / "result-embed.json").read_bytes())
    voices = tuple(Voiceprint.of(n, n + 1, [-1.23456e-5] * 256) for n in range(1000))
    many = EmbedResult(dimension=256, embeddings=voices)

    written = encode_result(result.model_copy(update={"result": many}))

    assert json.loads(written)["inline"] is False
    assert json.loads(written)["result"] is None
