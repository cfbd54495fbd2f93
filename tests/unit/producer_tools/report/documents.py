"""Which answers do tests of the report show?"""

import json
from pathlib import Path
from typing import Any

from producer_tools.report.document import Document, read_document

_EXAMPLES = Path(__file__).parents[4] / "schemas/examples"


def example(name: str, **changed: Any) -> Document:
    """A golden message, with some of its fields changed."""
    return read_document(example_bytes(name, **changed), name)


def example_bytes(name: str, **changed: Any) -> bytes:
    """The same as it was sent or stored."""
    fields = json.loads((_EXAMPLES / f"{name}.json").read_bytes())
    return json.dumps({**fields, **changed}, ensure_ascii=False).encode()
