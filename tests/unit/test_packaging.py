"""One distribution, four import packages, and lists that pin what it asks for."""

import re
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[2]
PIN = re.compile(r"^([A-Za-z0-9][\w.-]*)==([^\s;]+)", re.MULTILINE)


def project() -> dict[str, Any]:
    return tomllib.loads((ROOT / "pyproject.toml").read_text())


def asked_for(name: str) -> list[Requirement]:
    core = project()["project"]["dependencies"]
    extras = project()["project"]["optional-dependencies"]
    worker = core + extras["ml"] + extras["aws"] + extras["otel"]
    lists = {"client": core, "worker": worker}
    return [
        Requirement(line)
        for line in lists.get(name, worker + project()["dependency-groups"]["dev"])
    ]


def pins(name: str) -> dict[str, set[str]]:
    """Collect the versions of each package; several where they differ by Python version."""
    found: dict[str, set[str]] = {}
    for package, version in PIN.findall((ROOT / f"requirements/{name}.txt").read_text()):
        found.setdefault(canonicalize_name(package), set()).add(version)
    return found


@pytest.mark.parametrize("name", ["client", "worker", "dev"])
def test_each_list_pins_what_the_project_asks_for(name: str) -> None:
    pinned = pins(name)

    for requirement in asked_for(name):
        versions = pinned.get(canonicalize_name(requirement.name), set())
        assert versions, f"requirements/{name}.txt does not pin {requirement}; run make lock"
        assert all(version in requirement.specifier for version in versions), requirement


@pytest.mark.parametrize("name", ["build", "client", "worker", "dev"])
def test_each_list_is_hashed_and_names_no_index(name: str) -> None:
    text = (ROOT / f"requirements/{name}.txt").read_text()

    assert "://" not in text
    assert "--index-url" not in text
    assert all(" --hash=sha256:" in block for block in re.split(r"\n(?=[A-Za-z0-9])", text)[1:])


def test_the_smaller_lists_pin_the_same_versions_as_the_larger() -> None:
    client, worker, dev = pins("client"), pins("worker"), pins("dev")

    assert client.items() <= worker.items()
    assert worker.items() <= dev.items()


def test_the_client_tools_bring_no_torch() -> None:
    assert not {"torch", "torchaudio", "pyannote-audio", "numpy"} & pins("client").keys()


@pytest.mark.parametrize("package", ["access", "consumer", "producer_tools", "schemas"])
def test_no_other_distribution_owns_our_import_names(package: str) -> None:
    owners = set(packages_distributions().get(package, []))

    assert owners <= {"turnstream"}


def test_only_our_packages_are_shipped() -> None:
    shipped = project()["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]

    assert shipped == ["access", "consumer", "producer_tools", "schemas"]
