"""The client tools live in a small environment of their own: no torch, at most 100 MB."""

import os
import subprocess
import sys
import venv
from pathlib import Path
from shutil import which

import pytest

from tests.conftest import unavailable

ROOT = Path(__file__).parents[2]
UV = Path(sys.executable).with_name("uv")
MEGABYTES = 1024**2


def run(*command: object, environment: Path) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [str(part) for part in command],
        env={**os.environ, "VIRTUAL_ENV": str(environment)},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("client") / "venv"
    venv.create(place)
    listed = ("--require-hashes", "--requirement", "requirements/client.txt")
    installed = run(UV, "pip", "install", "--link-mode=copy", *listed, environment=place)
    if installed.returncode != 0:
        unavailable("the package index cannot be reached", "tests of the client's environment")
    own = run(UV, "pip", "install", "--no-deps", ROOT, environment=place)
    assert own.returncode == 0, own.stderr
    return place


@pytest.mark.slow
def test_it_takes_at_most_a_hundred_megabytes(environment: Path) -> None:
    size = sum(file.lstat().st_size for file in environment.rglob("*") if file.is_file())

    assert size <= 100 * MEGABYTES


@pytest.mark.slow
def test_it_has_no_torch(environment: Path) -> None:
    assert not list(environment.glob("lib/python*/site-packages/torch*"))


@pytest.mark.slow
def test_the_command_works_there(environment: Path) -> None:
    shown = run(environment / "bin" / "turnstream", "schema", "job", environment=environment)

    assert shown.returncode == 0, shown.stderr
    assert '"urn:turnstream:job:1"' in shown.stdout


@pytest.mark.slow
def test_nothing_but_our_four_packages_is_installed_from_here(environment: Path) -> None:
    (site_packages,) = environment.glob("lib/python*/site-packages")

    assert {"access", "consumer", "producer_tools", "schemas"} <= {
        p.name for p in site_packages.iterdir()
    }
    assert not {"tests", "demo"} & {p.name for p in site_packages.iterdir()}


@pytest.mark.slow
def test_what_draws_waveforms_came_along(environment: Path) -> None:
    if which("npm") is None:
        unavailable("no npm", "tests of the waveform in a wheel")

    [script] = environment.glob("lib/python*/site-packages/producer_tools/report/wavesurfer.min.js")

    assert script.read_text("utf-8").startswith("/*! wavesurfer.js")
