"""Say whether bytes are one JSON object that every reader, in any language, understands alike."""

import json
import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from schemas.errors import Flaw, SchemaError, step_into
from schemas.wire import MAX_INTEGER

MAX_DEPTH = 32
# A message over its limit is still looked into for its job_id, unless that would cost too much.
_HOPELESS_FACTOR = 16


@dataclass(frozen=True, slots=True)
class Document:
    """A JSON object, and what is wrong with it although it could be parsed."""

    fields: dict[str, Any]
    flaw: Flaw | None


class _NameGivenTwice(dict[str, Any]):
    """An object in which a name stands twice: parsers differ in which of the two they keep."""

    name: str


def read_object(value: bytes, max_bytes: int | None = None) -> Document:
    """Parse an object of at most `max_bytes`; SchemaError when there is nothing to look into."""
    too_long = max_bytes is not None and len(value) > max_bytes
    flaw = Flaw("", f"is longer than {max_bytes} bytes") if too_long else None
    if flaw and len(value) > _HOPELESS_FACTOR * (max_bytes or 0):
        raise SchemaError(flaw)
    parsed = _parse(_decode(value))
    if not isinstance(parsed, dict):
        raise _refusal("is not a JSON object")
    return Document(parsed, flaw or _first_flaw(parsed, "", 1))


def _refusal(problem: str) -> SchemaError:
    return SchemaError(Flaw("", problem))


def _decode(value: bytes) -> str:
    if not value.strip():
        raise _refusal("is empty")
    if value.startswith(b"\x00"):
        raise _refusal("begins with byte 0x00, as schema-registry framing does: send bare JSON")
    if value.startswith(b"\xef\xbb\xbf"):
        raise _refusal("begins with a byte order mark: send bare JSON")
    try:
        return value.decode()
    except UnicodeDecodeError as error:
        raise _refusal(f"is not UTF-8 at byte {error.start}") from error


def _parse(text: str) -> object:
    try:
        return json.loads(text, object_pairs_hook=_object)
    except json.JSONDecodeError as error:
        place = f"line {error.lineno}, column {error.colno}"
        raise _refusal(f"is not JSON: {error.msg} at {place}") from error
    except ValueError as error:
        raise _refusal("has a number of too many digits") from error
    except RecursionError as error:
        raise _refusal(f"nests deeper than {MAX_DEPTH} levels") from error


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) == len(pairs):
        return members
    marked = _NameGivenTwice(members)
    names = [name for name, _ in pairs]
    marked.name = next(name for name in names if names.count(name) > 1)
    return marked


def _first_flaw(node: object, path: str, depth: int) -> Flaw | None:
    if isinstance(node, dict | list) and depth > MAX_DEPTH:
        return Flaw("", f"nests deeper than {MAX_DEPTH} levels")
    if isinstance(node, _NameGivenTwice):
        return Flaw(step_into(path, node.name), "is given twice")
    if isinstance(node, dict):
        return _first_flaw_in(node.items(), path, depth)
    if isinstance(node, list):
        return _first_flaw_in(enumerate(node), path, depth)
    problem = _scalar_problem(node)
    return Flaw(path, problem) if problem else None


def _first_flaw_in(
    children: Iterable[tuple[str, Any]] | Iterable[tuple[int, Any]], path: str, depth: int
) -> Flaw | None:
    for step, child in children:
        if _scalar_problem(step):
            return Flaw(path, "has a name that is not Unicode text")
        if flaw := _first_flaw(child, step_into(path, step), depth + 1):
            return flaw
    return None


def _scalar_problem(value: object) -> str | None:
    if isinstance(value, float) and not math.isfinite(value):
        return "must be a finite number"
    if isinstance(value, int) and abs(value) > MAX_INTEGER:
        return f"must not be an integer beyond {MAX_INTEGER}"
    if isinstance(value, str) and not value.isascii() and not _is_unicode(value):
        return "is not Unicode text"
    return None


def _is_unicode(text: str) -> bool:
    return not any("\ud800" <= character <= "\udfff" for character in text)
