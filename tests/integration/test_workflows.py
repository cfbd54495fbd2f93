"""Does the public CI run what `.ci/run` runs, with no more rights than it needs?"""

import os
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.conftest import unavailable
from tests.stack import builds
from tests.stack.prerequisites import UnavailableError

ROOT = Path(__file__).parents[2]
WORKFLOW = ROOT / ".github/workflows/ci.yml"


@pytest.fixture
def workflow() -> Any:
    """As it is read there; `Any`, as YAML is."""
    return yaml.safe_load(WORKFLOW.read_text("utf-8"))


def test_the_linter_has_nothing_to_say(pytestconfig: pytest.Config) -> None:
    capture = pytestconfig.pluginmanager.getplugin("capturemanager")
    try:
        with capture.global_and_fixture_disabled():  # a first build takes a while
            program = builds.actionlint()
    except UnavailableError as error:
        unavailable(error, "checks of workflows")

    said = subprocess.run([program, WORKFLOW], capture_output=True, text=True, check=False)

    assert (said.stdout, said.returncode) == ("", 0)


def test_it_runs_what_any_ci_runs(workflow: Any) -> None:
    script = (ROOT / ".ci/run").read_text("utf-8")
    commands = re.findall(r"(?m)^(\.ci/\S+|make .+)$", script)

    steps = workflow["jobs"]["test"]["steps"]

    assert commands == [step["run"].removeprefix("sudo ") for step in steps if "run" in step]
    assert all(os.access(ROOT / each, os.X_OK) for each in commands if each.startswith(".ci"))


def test_it_may_read_and_nothing_else(workflow: Any) -> None:
    checkout = workflow["jobs"]["test"]["steps"][0]

    assert workflow["permissions"] == {"contents": "read"}
    assert "permissions" not in workflow["jobs"]["test"]
    assert checkout["with"]["persist-credentials"] is False
