"""Say which bytes are the one canonical form of a value."""

import json
from typing import Any

import rfc8785

from schemas.wire import WireModel

_LEAST, _MOST = 1e-4, 1e16
"""Between them Python writes a fraction as ECMAScript does: shortest digits and no exponent."""
_INTEGERS_UP_TO = 2**53

_ENCODER = json.JSONEncoder(
    ensure_ascii=False, allow_nan=False, sort_keys=True, separators=(",", ":")
)


class _OutOfTheOrdinary(Exception):
    """RFC 8785 has a rule about this value that Python's own encoder does not know."""


def canonical_json(value: WireModel | object) -> bytes:
    """RFC 8785 JSON of a model or of plain values; ValueError for what JSON cannot hold.

    `rfc8785` knows the rules, and refuses. What Python's own encoder writes alike, which is nearly
    everything, that one writes in a third of the time.
    """
    plain = value.model_dump(mode="json") if isinstance(value, WireModel) else value
    try:
        return _ENCODER.encode(_ordinary(plain)).encode()
    except (_OutOfTheOrdinary, ValueError):
        return rfc8785.dumps(plain)  # type: ignore[arg-type] # it checks the types itself


def _ordinary(value: Any) -> Any:  # noqa: ANN401 - whatever JSON holds
    """Return the value with whole numbers without their fraction; raises `_OutOfTheOrdinary`."""
    kind = type(value)
    if kind is str or value is None or kind is bool:
        return value
    if kind is float:
        return _number(value)
    if kind is dict:
        return {_name(name): _ordinary(member) for name, member in value.items()}
    if kind is list:
        return [_ordinary(element) for element in value]
    if kind is int:
        return _exact(value)
    raise _OutOfTheOrdinary


def _number(value: float) -> float:
    if value.is_integer():
        return int(_exact(value))
    if _LEAST <= abs(value) < _MOST:
        return value
    raise _OutOfTheOrdinary


def _exact(whole: float) -> float:
    if abs(whole) < _INTEGERS_UP_TO:
        return whole
    raise _OutOfTheOrdinary


def _name(name: object) -> object:
    """Members are ordered by UTF-16 code units, which only for some names differs from Python's."""
    if type(name) is str and name.isascii():
        return name
    raise _OutOfTheOrdinary
