"""Does the chart refuse settings that the worker would refuse?

`python -m tests.deploy.values_schema` writes the settings' part of the chart's schema anew.
"""

import json
from pathlib import Path
from typing import Any

from consumer.settings import Settings

SCHEMA = Path(__file__).parents[2] / "deploy/helm/turnstream/values.schema.json"
_SECRETS = ("HF_TOKEN",)
_SAID_ELSEWHERE = frozenset({"title", "default", "description"})
_REQUIRED = {
    "KafkaSettings": ("bootstrap_servers", "group_id", "jobs_topic"),
    "HttpSettings": ("host", "port"),
    "WorkerSettings": ("grace_seconds",),
}
"""What templates ask for: a release may change these, and cannot leave them out."""


def settings_part() -> tuple[dict[str, Any], dict[str, Any]]:
    """The schema of the value `settings`, and the definitions it refers to."""
    schema = Settings.model_json_schema()
    definitions = schema.pop("$defs")
    properties = {
        name if "$ref" in prop or "allOf" in prop else name.lower(): _brief(prop)
        for name, prop in schema["properties"].items()
        if name not in _SECRETS
    }
    for name, required in _REQUIRED.items():
        definitions[name]["required"] = list(required)
    definitions["KafkaSettings"]["properties"]["bootstrap_servers"]["minLength"] = 1
    settings = {"type": "object", "additionalProperties": False, "properties": properties}
    return settings, {name: _brief(definition) for name, definition in definitions.items()}


def written() -> dict[str, Any]:
    """The schema as it lies in the chart."""
    schema: dict[str, Any] = json.loads(SCHEMA.read_text("utf-8"))
    return schema


def main() -> None:
    """Write the generated part; the rest of the file is written by hand."""
    schema = written()
    schema["properties"]["settings"], schema["$defs"] = settings_part()
    SCHEMA.write_text(json.dumps(schema, indent=2, ensure_ascii=False) + "\n", "utf-8")


def _brief(schema: Any) -> Any:
    """Without what docs/settings.md says better; `Any`: it is a JSON document."""
    if not isinstance(schema, dict):
        return schema
    kept = {key: value for key, value in schema.items() if key not in _SAID_ELSEWHERE}
    if "properties" in kept:
        kept["properties"] = {name: _brief(prop) for name, prop in kept["properties"].items()}
    return kept


if __name__ == "__main__":
    main()
