"""Whether the image is made of what is pinned, holds no secrets, and tells how its worker is."""

import re
import runpy
import subprocess
import sys
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from packaging.utils import canonicalize_name
from prometheus_client import CollectorRegistry

from consumer.adapters.health import HealthServer
from consumer.core.liveness import Health
from consumer.environment import variables
from tests.deploy.compose import ROOT

DEPLOY = ROOT / "deploy"
DOCKERFILE = DEPLOY / "Dockerfile"
RECIPE = DOCKERFILE.read_text("utf-8")
PACKAGE = re.compile(r"(?m)^([A-Za-z0-9][\w.-]*)==")


@pytest.fixture
def is_alive() -> Callable[[int], bool]:
    """The question that the image's health check asks."""
    check: Callable[[int], bool] = runpy.run_path(str(DEPLOY / "healthcheck.py"))["is_alive"]
    return check


@pytest.fixture(params=[None, "the loop has not turned for 60 s"])
def answer(request: pytest.FixtureRequest) -> Iterator[tuple[str | None, int]]:
    """Why a worker is not alive, and the port that says so."""
    problem: str | None = request.param
    checks = {"/live": lambda: Health(problem, {})}
    server = HealthServer("127.0.0.1", 0, checks, CollectorRegistry())
    with server:
        yield problem, int(server.address.rpartition(":")[2])


def ignored() -> list[str]:
    """The lines of `.dockerignore` that mean something."""
    lines = (ROOT / ".dockerignore").read_text("utf-8").splitlines()
    return [line for line in lines if line and not line.startswith("#")]


def test_recipe_is_one_that_the_linter_praises() -> None:
    linter = Path(sys.executable).with_name("hadolint")

    said = subprocess.run([linter, DOCKERFILE], capture_output=True, text=True, check=False)

    assert said.returncode == 0, said.stdout


def test_everything_is_installed_by_its_hash() -> None:
    installer = (DEPLOY / "install_worker").read_text("utf-8")
    installs = re.findall(r"(?m)^\s+(?:cuda\) )?install (.+)", installer)

    assert "--require-hashes" in RECIPE
    assert len(installs) == 3
    # Torch for the CPU alone comes from an index whose hashes no list can hold.
    assert [line for line in installs if "--require-hashes" not in line] == [
        '--no-deps --index-url "$index" "$(pinned torch)" "$(pinned torchaudio)"'
    ]


def test_without_cuda_only_torch_and_its_libraries_are_missing() -> None:
    full = (ROOT / "requirements/worker.txt").read_text("utf-8")

    rest = subprocess.run(
        ["awk", "-f", DEPLOY / "without_cuda.awk"],
        input=full,
        capture_output=True,
        text=True,
        check=True,
    ).stdout

    dropped = set(PACKAGE.findall(full)) - set(PACKAGE.findall(rest))
    assert {"torch", "torchaudio", "triton", "nvidia-cudnn-cu13", "cuda-bindings"} <= dropped
    assert all(re.match(r"(torch|torchaudio|triton)$|nvidia-|cuda-", name) for name in dropped)
    assert "nvidia" not in re.sub(r"#.*", "", rest)
    assert all(" --hash=sha256:" in block for block in re.split(r"\n(?=[A-Za-z0-9])", rest))


@pytest.mark.parametrize(("torch", "index"), [("cpu", ""), ("rocm", "")])
def test_torch_from_nowhere_is_refused(tmp_path: Path, torch: str, index: str) -> None:
    script = (DEPLOY / "install_worker").read_text("utf-8")
    script = script.replace("/tools/bin/uv", "true")

    said = subprocess.run(
        ["sh", "-c", script, "install_worker", torch, index],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )

    assert said.returncode == 1
    assert "TORCH" in said.stderr


def test_image_holds_all_that_is_shipped_and_little_else() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    shipped = project["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]

    admitted = [line.removeprefix("!") for line in ignored() if line.startswith("!")]

    assert ignored()[0] == "*"
    assert {*shipped, "requirements", "pyproject.toml", "README.md", "LICENSE"} <= {*admitted}
    assert not [path for path in admitted if path.startswith((".", "demo", "tests", "deploy/helm"))]


def test_worker_in_it_is_nobody_and_telemetry_is_off() -> None:
    assert re.search(r"(?m)^USER 10001:10001$", RECIPE)
    assert "PYANNOTE_METRICS_ENABLED=0" in RECIPE
    assert "OMP_WAIT_POLICY=PASSIVE" in RECIPE
    assert 'ENTRYPOINT ["turnstream-worker"]' in RECIPE
    assert "TOKEN" not in RECIPE


def test_settings_it_makes_exist() -> None:
    known = {variable for variable, _ in variables()}

    assert set(re.findall(r"TURNSTREAM_[A-Z_]+[A-Z]", RECIPE)) <= known


def test_base_images_are_pinned() -> None:
    bases = re.findall(r"(?m)^ARG PYTHON_IMAGE=(\S+)$", RECIPE)

    assert all(re.fullmatch(r"[\w./-]+:\d+\.\d+\.\d+-[\w-]+", base) for base in bases)
    assert len(bases) == 1


def test_health_check_says_what_the_worker_says(
    is_alive: Callable[[int], bool], answer: tuple[str | None, int]
) -> None:
    problem, port = answer

    assert is_alive(port) == (problem is None)


def test_health_check_fails_where_nothing_listens(is_alive: Callable[[int], bool]) -> None:
    server = HealthServer("127.0.0.1", 0, {}, CollectorRegistry())
    with server:
        port = int(server.address.rpartition(":")[2])

    assert not is_alive(port)


def test_names_of_packages_are_as_the_list_has_them() -> None:
    names = PACKAGE.findall((ROOT / "requirements/worker.txt").read_text("utf-8"))

    assert [name for name in names if name != canonicalize_name(name)] == []
