"""Operations that other packages bring."""

from schemas.codec import decode_stored, encode_stored
from schemas.operation import OperationParams, OperationResult
from schemas.result import StoredResult
from schemas.result_parts import ModelIdentity, ResolvedAudio
from schemas.uri import ObjectUri


def test_a_plugged_in_operation_is_written_with_its_own_parts_and_read_by_anybody() -> None:
    class TranscribeParams(OperationParams):
        beams: int

    class TranscribeResult(OperationResult):
        confidences: tuple[float, ...]

    stored = StoredResult(
        job_id="call-1",
        operation="transcribe",
        audio=ResolvedAudio(uri=ObjectUri.parse("s3://calls/a"), duration_seconds=1),
        params=TranscribeParams(beams=2),
        model=ModelIdentity(name="m", id="m"),
        engine_version=1,
        result=TranscribeResult(confidences=(0.5, 1.5)),
        fingerprint="0" * 16,
    )

    read = decode_stored(encode_stored(stored))

    assert read.result.model_extra == {"confidences": [0.5, 1.5]}
    assert encode_stored(read) == encode_stored(stored)
