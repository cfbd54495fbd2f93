"""Say what is known of a recording that jobs can ask for."""

from dataclasses import dataclass

from producer_tools.submit.sources import LocalFile
from schemas.uri import ObjectUri


@dataclass(frozen=True, slots=True)
class Recording:
    """A stored object, where workers can reach it; None is not known."""

    uri: ObjectUri
    size_bytes: int | None = None
    duration_seconds: float | None = None
    sha256: str | None = None

    @classmethod
    def of_copy(cls, uri: ObjectUri, file: LocalFile) -> "Recording":
        """Say of an object what is known of the file it is a copy of."""
        return cls(uri, file.size_bytes, file.duration_seconds, file.sha256)
