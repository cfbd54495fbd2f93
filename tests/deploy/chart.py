"""What does the Helm chart become with some values?"""

import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from tests.deploy.values_schema import SCHEMA

CHART = SCHEMA.parent
VALUES = Path(__file__).with_name("values")
RULE = 'summary: "{{ $labels.pod }} stands still"'
Manifest = dict[str, Any]
_GROUPS = f"""\
groups:
  - name: probe
    rules:
      - alert: Probe
        expr: vector(1) > 0
        annotations: {{{RULE}}}
"""


class Refused(Exception):
    """The chart or its values are not sound; the text says why."""


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart, and the program that reads it as Helm does."""

    tool: Path
    directory: Path

    @classmethod
    def copied(cls, tool: Path, into: Path) -> "Chart":
        """The chart as a package has it, links followed, with one more rule and dashboard."""
        directory = into / CHART.name
        shutil.copytree(CHART, directory)
        (directory / "rules/probe.yml").write_text(_GROUPS, "utf-8")
        (directory / "dashboards/probe.json").write_text('{"title": "{{pod}}"}', "utf-8")
        return cls(tool, directory)

    def lint(self, values: Path) -> None:
        """Raise `Refused` at a warning or worse."""
        self._ran("lint", values)

    def render(self, values: Path) -> str:
        """All manifests; raises `Refused`."""
        return self._ran("template", values)

    def manifests(self, values: Path) -> list[Manifest]:
        """The same, read."""
        return [found for found in yaml.safe_load_all(self.render(values)) if found]

    def _ran(self, command: str, values: Path) -> str:
        said = subprocess.run(
            [self.tool, command, self.directory, values],
            capture_output=True,
            text=True,
            check=False,
        )
        if said.returncode != 0:
            raise Refused(said.stderr)
        return said.stdout


def of_kind(manifests: list[Manifest], kind: str) -> list[Manifest]:
    """The manifests of one kind."""
    return [manifest for manifest in manifests if manifest["kind"] == kind]


def the(manifests: list[Manifest], kind: str) -> Manifest:
    """The only manifest of its kind."""
    [manifest] = of_kind(manifests, kind)
    return manifest


def settings_of(manifests: list[Manifest]) -> dict[str, str]:
    """The environment that the ConfigMap gives to workers."""
    [found] = [
        config["data"]
        for config in of_kind(manifests, "ConfigMap")
        if "TURNSTREAM_HTTP__PORT" in config["data"]
    ]
    return dict(found)
