"""Say what a job's answer is, whichever of its documents was handed over."""

import json
from dataclasses import dataclass
from typing import Final

from producer_tools.exits import WrongUsage
from schemas.codec import SchemaError, decode_result, decode_stored
from schemas.result import Answer, Result

_NOT_IN_FILENAMES: Final = str.maketrans("/:", "__")


@dataclass(frozen=True, slots=True)
class Document:
    """An answer, and the text it was read from."""

    answer: Answer
    text: str

    @property
    def name(self) -> str:
        """The job's id; the place of its message where it has none."""
        answer = self.answer
        if answer.job_id is None and isinstance(answer, Result):
            return str(answer.origin.position)
        return answer.job_id or ""

    @property
    def stem(self) -> str:
        """What files about the job are called, without a suffix."""
        return self.name.translate(_NOT_IN_FILENAMES)

    @property
    def elsewhere(self) -> str | None:
        """Name the object that holds the answer of a message that was too long to carry it."""
        answer = self.answer
        if isinstance(answer, Result) and answer.status == "succeeded" and answer.result is None:
            return next(str(each.uri) for each in answer.outputs if each.format == "json")
        return None

    def completed(self, stored: "Document") -> "Document":
        """Add the answer that the stored object holds to what the message tells."""
        answer = self.answer.model_copy(update={"result": stored.answer.result})
        return Document(answer, stored.text)


def read_document(data: bytes, source: str) -> Document:
    """Read a stored result, a result message, or a line that `tail --json` printed of one.

    Raises `WrongUsage`.
    """
    value = _unwrapped(data)
    try:
        answer = decode_result(value) if _is_message(value) else decode_stored(value)
    except SchemaError as error:
        raise WrongUsage(f"{source}: is no result: {error}") from error
    return Document(answer, value.decode())


def _unwrapped(data: bytes) -> bytes:
    """Take the message out of a line of `tail --json`; anything else stays as it is."""
    match _parsed(data):
        case {"kind": "result", "value": dict() as value}:
            return json.dumps(value, ensure_ascii=False).encode()
        case _:
            return data


def _is_message(value: bytes) -> bool:
    match _parsed(value):
        case {"origin": _}:
            return True
        case _:
            return False


def _parsed(data: bytes) -> object:
    try:
        return json.loads(data)
    except ValueError:
        return None
