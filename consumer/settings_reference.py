"""Do `.env.example` and `docs/settings.md` say what the settings tree says?

`python -m consumer.settings_reference` writes both; with `--check` it only tells whether they have
drifted.
"""

import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from pydantic import BaseModel
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from consumer.environment import variables
from consumer.settings import Settings

ROOT = Path(__file__).parents[1]
EXAMPLE = ROOT / ".env.example"
REFERENCE = ROOT / "docs" / "settings.md"
PERSONAL = {"worker.name": "the host name"}
"""Defaults that differ from machine to machine."""
PREFACE = """\
# Settings

Generated from `consumer/settings/` by `make docs`; do not edit.

Every setting is an environment variable. Unknown or inconsistent ones stop the worker before it
joins its group, and the message says which and why. S3 credentials, region and endpoint come the
AWS way: `AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY`, `AWS_REGION`, `AWS_ENDPOINT_URL_S3`."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One setting as people see it."""

    variable: str
    section: str
    default: str
    description: str


def entries() -> Iterator[Entry]:
    """Yield every setting in the order of the tree."""
    for variable, path in variables():
        *sections, name = path.split(".")
        model: type[BaseModel] = Settings
        for section in sections:
            annotation = model.model_fields[section].annotation
            assert isinstance(annotation, type)  # noqa: S101 - `variables` walked the same path
            model = annotation
        field = model.model_fields[name]
        default = PERSONAL.get(path) or _shown(field)
        yield Entry(variable, ".".join(sections), default, field.description or "")


def example() -> str:
    """Write `.env.example`: every variable commented out at its default."""
    lines = [
        "# Settings of turnstream-worker. Uncomment what you change; docs/settings.md explains.",
        "# S3 credentials, region and endpoint come the AWS way: AWS_ACCESS_KEY_ID,",
        "# AWS_SECRET_ACCESS_KEY, AWS_REGION, AWS_ENDPOINT_URL_S3.",
    ]
    for entry in entries():
        lines += ["", f"# {entry.description}", f"# {entry.variable}={entry.default}"]
    return "\n".join(lines) + "\n"


def reference() -> str:
    """Write the reference page: one table per section."""
    lines = [PREFACE]
    section = None
    for entry in sorted(entries(), key=lambda entry: entry.section != ""):
        if entry.section != section:
            section = entry.section
            lines += ["", f"## {section or 'The names users know'}", ""]
            lines += ["| variable | default | meaning |", "|---|---|---|"]
        default = f"`{entry.default}`" if entry.default else "none"
        lines.append(f"| `{entry.variable}` | {default} | {entry.description} |")
    return "\n".join(lines) + "\n"


def main(arguments: Sequence[str]) -> int:
    """Write both files, or with `--check` return 1 when one of them has drifted."""
    wanted = {EXAMPLE: example(), REFERENCE: reference()}
    if "--check" not in arguments:
        for path, text in wanted.items():
            path.write_text(text)
        return 0
    drifted = [
        str(path.relative_to(ROOT))
        for path, text in wanted.items()
        if not path.exists() or path.read_text() != text
    ]
    if drifted:
        sys.stderr.write(f"{', '.join(drifted)}: not what the settings say; run make docs\n")
    return 1 if drifted else 0


def _shown(field: FieldInfo) -> str:
    default = field.get_default(call_default_factory=True)
    if default is None or default is PydanticUndefined:
        return ""
    if isinstance(default, str):
        return default
    return json.dumps(default, default=_plain)


def _plain(value: object) -> object:
    return value.model_dump(exclude_none=True) if isinstance(value, BaseModel) else value


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
