"""The key of a result: the same for the same work, for ever."""

from hashlib import sha256
from itertools import combinations
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.diarization import DiarizeParams
from schemas.identity import ObjectKeyTooLong, fingerprint, object_uri
from schemas.operation import OperationParams
from schemas.result_parts import ModelIdentity, ResolvedAudio
from schemas.uri import ObjectUri
from tests.unit.schemas.strategies import fingerprints, job_ids, params, quick

AUDIO = ResolvedAudio(
    uri=ObjectUri.parse("s3://calls/a.flac"), etag="5d41", sha256="a" * 64, duration_seconds=1.5
)
MODEL = ModelIdentity(name="stock", id="pyannote/x", revision="r1", sha256="b" * 64)
BASE: dict[str, Any] = {
    "operation": "diarize",
    "audio": AUDIO,
    "params": DiarizeParams(),
    "model": MODEL,
    "engine_version": 1,
}

# These may never change: results that are stored under them would no longer be found.
GOLDEN: list[tuple[dict[str, Any], str]] = [
    ({}, "117a1f2e77f1da6f"),
    ({"params": DiarizeParams(num_speakers=2)}, "d26c1a78d24f1a06"),
    ({"params": DiarizeParams(min_speakers=2, max_speakers=6)}, "ba4b96fc943ce692"),
    ({"audio": AUDIO.model_copy(update={"channel": 0})}, "8a5a95b57be308be"),
    ({"audio": AUDIO.model_copy(update={"version_id": "v1"})}, "0d75da9d1416a5ba"),
    (
        {"audio": AUDIO.model_copy(update={"uri": ObjectUri.parse("s3://calls/ü #%20")})},
        "2852aaca331203d4",
    ),
    ({"audio": AUDIO.model_copy(update={"etag": "other"})}, "f23f5d9e9e38027a"),
    ({"model": MODEL.model_copy(update={"id": "other"})}, "fdbaa4609b264eeb"),
    ({"model": MODEL.model_copy(update={"revision": None})}, "a4456eb87f789cc0"),
    ({"model": MODEL.model_copy(update={"sha256": None})}, "d46c4983409f8831"),
    ({"engine_version": 2}, "37b133544bb0126a"),
    ({"recompute_id": "again"}, "2ea02f30c258142b"),
    ({"operation": "embed"}, "b4ff0fb6f9788553"),
]


@pytest.mark.parametrize(("change", "expected"), GOLDEN)
def test_fingerprints_of_old_jobs_never_change(change: dict[str, Any], expected: str) -> None:
    assert fingerprint(**BASE | change) == expected


def test_a_fingerprint_can_be_made_without_our_code() -> None:
    """Any language can: RFC 8785, SHA-256, the first 16 digits."""
    by_hand = (
        '{"audio":{"etag":"5d41","uri":"s3://calls/a.flac"},"engine_version":1,'
        f'"model":{{"id":"pyannote/x","revision":"r1","sha256":"{"b" * 64}"}},'
        '"operation":"diarize"}'
    )

    assert fingerprint(**BASE) == sha256(by_hand.encode()).hexdigest()[:16]


def test_whatever_may_change_the_turns_changes_the_fingerprint() -> None:
    assert all(one != other for (_, one), (_, other) in combinations(GOLDEN, 2))


@pytest.mark.parametrize(
    "change",
    [
        {"audio": AUDIO.model_copy(update={"version_id": "null"})},
        {"audio": AUDIO.model_copy(update={"sha256": None, "duration_seconds": None})},
        {"model": MODEL.model_copy(update={"name": "alias"})},
        {"recompute_id": None},
    ],
)
def test_what_cannot_change_the_turns_leaves_the_fingerprint(change: dict[str, Any]) -> None:
    assert fingerprint(**BASE | change) == fingerprint(**BASE)


class LaterParams(DiarizeParams):
    """The parameters of a later release."""

    minimum_pause_seconds: float | None = None
    merge: bool = True


@quick
@given(params)
def test_a_new_parameter_that_is_null_or_default_changes_no_old_key(old: DiarizeParams) -> None:
    new = LaterParams(**old.model_dump())

    assert fingerprint(**BASE | {"params": new}) == fingerprint(**BASE | {"params": old})


@quick
@given(st.builds(LaterParams, minimum_pause_seconds=st.floats(0.1, 9), merge=st.booleans()))
def test_a_new_parameter_that_is_given_has_a_key_of_its_own(new: OperationParams) -> None:
    assert fingerprint(**BASE | {"params": new}) != fingerprint(**BASE)


@quick
@given(job_ids, fingerprints)
def test_an_object_lies_under_prefix_job_and_fingerprint(job_id: str, digits: str) -> None:
    s3 = object_uri("s3://results/calls #1/", job_id, digits)
    file = object_uri("file:///srv/my%20results/", job_id, digits, "rttm")

    assert s3.key == f"calls #1/{job_id}/{digits}.json"
    assert file.path == f"/srv/my results/{job_id}/{digits}.rttm"


def test_a_key_has_at_most_1024_bytes() -> None:
    rest = "/call-1/0123456789abcdef.json"
    room = 1024 - len(rest)

    assert len(object_uri(f"s3://results/{'x' * room}/", "call-1", "0123456789abcdef").key) == 1024
    with pytest.raises(ObjectKeyTooLong, match="1024 bytes"):
        object_uri(f"s3://results/{'x' * (room + 1)}/", "call-1", "0123456789abcdef")
