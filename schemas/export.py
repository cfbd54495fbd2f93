"""Write the contract as JSON Schemas, for people who never install this package."""

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue, models_json_schema
from pydantic_core import core_schema

from schemas.job import Job
from schemas.operations import V1
from schemas.result import Result, StoredResult
from schemas.wire import WireModel

DIALECT = "https://json-schema.org/draft/2020-12/schema"
DIRECTORY = Path(__file__).parent / "json"

_NULL = {"type": "null"}
_Parts = Mapping[str, Mapping[str, type[WireModel]]]
_SHAPED: _Parts = {"params": V1.params, "result": V1.results}


class _Untitled(GenerateJsonSchema):
    def field_title_should_be_set(self, schema: object) -> bool:
        return False


class WriterSchema(_Untitled):
    """What producers may write: null stands for a default, and nothing undeclared is accepted."""

    def default_schema(self, schema: core_schema.WithDefaultSchema) -> JsonSchemaValue:
        """Let null stand for the default."""
        inner = super().default_schema(schema)
        default = inner.pop("default", None)
        if _NULL not in inner.get("anyOf", ()):
            inner = {"anyOf": [inner, _NULL]}
        return inner if default is None else inner | {"default": default}


class ReaderSchema(_Untitled):
    """What readers may rely on: every field is present, and there may be others."""

    def default_schema(self, schema: core_schema.WithDefaultSchema) -> JsonSchemaValue:
        """Leave out defaults: nothing is ever left to them."""
        inner = super().default_schema(schema)
        inner.pop("default", None)
        return inner

    def field_is_required(self, field: object, total: bool) -> bool:
        """Promise every field; one added after 0.1.0 must not be, for the sake of old messages."""
        return True


def exported() -> dict[str, str]:
    """Return the text of every schema by its file name."""
    schemas = {
        "job.schema.json": _schema("job", Job, WriterSchema),
        "result.schema.json": _opened(_schema("result", Result, ReaderSchema)),
        "stored_result.schema.json": _opened(_schema("stored-result", StoredResult, ReaderSchema)),
    }
    return {name: json.dumps(schema, indent=2) + "\n" for name, schema in schemas.items()}


def outdated(directory: Path) -> list[str]:
    """Name the files in a directory that are not what the models say."""
    return [
        name
        for name, text in exported().items()
        if not (directory / name).is_file() or (directory / name).read_text("utf-8") != text
    ]


def main(arguments: list[str]) -> int:
    """Write the schemas, or with --check only say which differ: 0 none, 1 some, 2 wrong usage."""
    if arguments not in ([], ["--check"]):
        print("usage: python -m schemas.export [--check]", file=sys.stderr)
        return 2
    if arguments:
        stale = outdated(DIRECTORY)
        for name in stale:
            print(f"{name} is not what the models say: run python -m schemas.export")
        return 1 if stale else 0
    for name, text in exported().items():
        (DIRECTORY / name).write_text(text, "utf-8")
    return 0


def _schema(
    name: str, model: type[WireModel], generator: type[GenerateJsonSchema]
) -> dict[str, Any]:
    """Build a model's schema, with the parts whose shape the operation decides."""
    shaped = {field: parts for field, parts in _SHAPED.items() if field in model.model_fields}
    models = [model, *(part for by_operation in shaped.values() for part in by_operation.values())]
    _, definitions = models_json_schema(
        [(each, "validation") for each in models], schema_generator=generator
    )
    parts: dict[str, Any] = definitions["$defs"]
    top: dict[str, Any] = parts.pop(model.__name__)
    conditions = [_condition(operation, shaped, model) for operation in V1.params]
    return {
        "$schema": DIALECT,
        "$id": f"urn:turnstream:{name}:1",
        **top,
        "allOf": conditions,
        "$defs": parts,
    }


def _condition(operation: str, shaped: _Parts, model: type[WireModel]) -> dict[str, Any]:
    properties: dict[str, Any] = {}
    for field, by_operation in shaped.items():
        shape = {"$ref": f"#/$defs/{by_operation[operation].__name__}"}
        needed = model.model_fields[field].is_required()
        properties[field] = shape if needed else {"anyOf": [shape, _NULL]}
    if "output" in model.model_fields:
        formats = {"items": {"enum": ["json", *V1.formats.get(operation, ())]}}
        properties["output"] = {"properties": {"formats": formats}}
    asked = {"required": ["operation"], "properties": {"operation": {"const": operation}}}
    return {"if": asked, "then": {"properties": properties}}


def _opened(schema: Any) -> Any:  # noqa: ANN401 - any JSON value
    """Let readers ignore what they do not know."""
    if isinstance(schema, list):
        return [_opened(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    return {
        name: _opened(value)
        for name, value in schema.items()
        if (name, value) != ("additionalProperties", False)
    }


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
