"""Say what a result claims about the objects it names, and whether an object bears it out."""

import json
from dataclasses import dataclass
from hashlib import blake2b, sha256
from pathlib import PurePosixPath
from typing import Final

from schemas.codec import SchemaError, decode_stored
from schemas.result import Answer, Result, StoredResult
from schemas.uri import ObjectUri

_DELIVERY: Final = Result.model_fields.keys() - Answer.model_fields.keys()
_OBJECT: Final = StoredResult.model_fields.keys() - Answer.model_fields.keys()


@dataclass(frozen=True, slots=True)
class StoredObject:
    """An object as it was found."""

    data: bytes
    etag: str | None = None
    """Without quotes; None where the store has none that outlives a copy."""


@dataclass(frozen=True, slots=True)
class Claim:
    """What one result says of one object."""

    uri: ObjectUri
    sha256: str
    size_bytes: int
    etag: str | None
    answer: bytes | None
    """Digest of the answer that the JSON object must hold; None for other formats."""
    inline: bool
    """Whether the digest covers the result itself."""

    def contradiction(self, found: StoredObject) -> str | None:
        """Say in what the object is not as claimed; None when it bears the claim out."""
        if len(found.data) != self.size_bytes:
            return f"is {len(found.data)} bytes long, not {self.size_bytes}"
        if sha256(found.data).hexdigest() != self.sha256:
            return "has another SHA-256"
        if found.etag is not None and self.etag is not None and found.etag != self.etag:
            return f"has the etag {found.etag}, not {self.etag}"
        return None if self.answer is None else self._disagreement(found.data)

    def _disagreement(self, data: bytes) -> str | None:
        try:
            stored = decode_stored(data)
        except SchemaError as error:
            return f"is no stored result: {error}"
        if stored.fingerprint != PurePosixPath(self.uri.key).stem:
            return f"has the fingerprint {stored.fingerprint}"
        if _digest(stored, inline=self.inline) != self.answer:
            return "holds another answer than the message"
        return None


def claims_of(result: Result) -> tuple[Claim, ...]:
    """Say what a result claims; nothing when it names no objects."""
    if not result.outputs:
        return ()
    answer = _digest(result, inline=result.inline)
    return tuple(
        Claim(
            uri=output.uri,
            sha256=output.sha256,
            size_bytes=output.size_bytes,
            etag=output.etag,
            answer=answer if output.format == "json" else None,
            inline=result.inline,
        )
        for output in result.outputs
    )


def _digest(answer: Answer, *, inline: bool) -> bytes:
    """Hash what the message and the object have in common."""
    document = answer.model_dump(mode="json")
    apart = _DELIVERY | _OBJECT | (set() if inline else {"result"})
    shared = {name: value for name, value in document.items() if name not in apart}
    return blake2b(json.dumps(shared, sort_keys=True).encode(), digest_size=16).digest()
