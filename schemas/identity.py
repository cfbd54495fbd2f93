"""Say which computation a job asks for, and where its result lies: pure functions of the job."""

from hashlib import sha256
from typing import Any

from schemas.canonical import canonical_json
from schemas.operation import OperationParams
from schemas.result_parts import ModelIdentity, ResolvedAudio
from schemas.uri import MAX_KEY_BYTES, ObjectUri

FINGERPRINT_DIGITS = 16

_AUDIO_FIELDS = {"uri", "etag", "version_id", "channel"}
# The name is not among them: it may be given to the same weights twice.
_MODEL_FIELDS = {"id", "revision", "sha256"}


class ObjectKeyTooLong(ValueError):
    """The output prefix leaves no room for the job's part of the key: `output_uri_refused`."""


def fingerprint(
    *,
    operation: str,
    audio: ResolvedAudio,
    params: OperationParams,
    model: ModelIdentity,
    engine_version: int,
    recompute_id: str | None = None,
) -> str:
    """Name the computation by 16 hex digits; what is null or a default has no part in it."""
    parts = {
        "operation": operation,
        "audio": _audio(audio),
        "params": params.model_dump(mode="json", exclude_none=True, exclude_defaults=True),
        "model": model.model_dump(mode="json", include=_MODEL_FIELDS, exclude_none=True),
        "engine_version": engine_version,
        "recompute_id": recompute_id,
    }
    given = {name: part for name, part in parts.items() if part not in (None, {})}
    return sha256(canonical_json(given)).hexdigest()[:FINGERPRINT_DIGITS]


def object_uri(
    output_uri: str, job_id: str, fingerprint: str, extension: str = "json"
) -> ObjectUri:
    """Say where the job's object lies; ObjectKeyTooLong over the store's 1,024 bytes."""
    try:
        return ObjectUri.parse(f"{output_uri}{job_id}/{fingerprint}.{extension}")
    except ValueError as error:
        raise ObjectKeyTooLong(
            f"the key of the result would be over {MAX_KEY_BYTES} bytes"
        ) from error


def _audio(audio: ResolvedAudio) -> dict[str, Any]:
    fields = audio.model_dump(mode="json", include=_AUDIO_FIELDS, exclude_none=True)
    # S3 names the version of an unversioned object "null", or not at all.
    if fields.get("version_id") == "null":
        del fields["version_id"]
    return fields
