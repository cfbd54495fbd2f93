"""`turnstream schema`: print the contract as JSON Schema."""

from enum import StrEnum
from typing import Annotated

import typer


class Message(StrEnum):
    """What there is a schema of."""

    JOB = "job"
    RESULT = "result"
    STORED_RESULT = "stored_result"


def schema(
    message: Annotated[Message, typer.Argument(help="What to describe.", show_default=False)],
) -> None:
    """Print the JSON Schema of a message; other languages need nothing else of this package."""
    from importlib.resources import files

    # The exported files, not the models: what is printed is what is tested and released.
    text = (files("schemas") / "json" / f"{message.value}.schema.json").read_text("utf-8")
    print(text, end="")
