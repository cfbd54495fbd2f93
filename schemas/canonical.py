"""Say which bytes are the one canonical form of a value."""

import rfc8785

from schemas.wire import WireModel


def canonical_json(value: WireModel | object) -> bytes:
    """RFC 8785 JSON of a model or of plain values; ValueError for what JSON cannot hold."""
    plain = value.model_dump(mode="json") if isinstance(value, WireModel) else value
    return rfc8785.dumps(plain)  # type: ignore[arg-type] # it checks the types itself
