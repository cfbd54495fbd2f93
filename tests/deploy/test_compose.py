"""Whether `docker compose up` starts what it promises, with settings that the worker takes."""

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from consumer.environment import read_settings, variables
from tests.deploy import compose

SERVICES = sorted(compose.services())
WORKERS = ("worker", "worker-gpu")


@pytest.fixture
def only(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """An environment without settings of the machine's own."""
    for name, _ in variables():
        monkeypatch.delenv(name, raising=False)
    return monkeypatch


def test_file_keeps_to_the_compose_specification() -> None:
    checker = Path(sys.executable).with_name("check-jsonschema")

    said = subprocess.run(
        [checker, "--builtin-schema", "vendor.compose-spec", compose.FILE],
        capture_output=True,
        text=True,
        check=False,
    )

    assert said.returncode == 0, said.stdout + said.stderr


@pytest.mark.parametrize("profile", compose.PROFILES)
def test_no_service_of_a_profile_waits_for_one_outside_of_it(profile: str) -> None:
    started = compose.services(profile)

    missing = [
        (name, needed)
        for name, service in started.items()
        for needed, terms in service.get("depends_on", {}).items()
        if terms.get("required", True) and needed not in started
    ]

    assert missing == []


def test_workers_wait_until_topics_and_buckets_are_there() -> None:
    for worker in WORKERS:
        conditions = {
            name: terms["condition"]
            for name, terms in compose.services()[worker]["depends_on"].items()
        }

        assert conditions == {
            "kafka": "service_healthy",
            "topics": "service_completed_successfully",
            "buckets": "service_completed_successfully",
        }


@pytest.mark.parametrize("profile", ["core", "gpu", "versitygw"])
def test_exactly_one_store_answers_to_the_name_that_workers_are_told(profile: str) -> None:
    stores = [
        name
        for name, service in compose.services(profile).items()
        if "store" in service.get("networks", {}).get("default", {}).get("aliases", [])
    ]

    assert stores == ["versitygw" if profile == "versitygw" else "minio"]


@pytest.mark.parametrize("name", SERVICES)
def test_every_service_says_what_it_may_use_and_whether_it_is_well(name: str) -> None:
    service = compose.services()[name]

    limits = service["deploy"]["resources"]["limits"]
    assert {"cpus", "memory"} <= limits.keys()
    assert "healthcheck" in service or name in WORKERS  # theirs comes with the image
    assert service["cap_drop"] == ["ALL"]
    assert "no-new-privileges:true" in service["security_opt"]


@pytest.mark.parametrize("name", SERVICES)
def test_nothing_listens_beyond_this_machine(name: str) -> None:
    ports = compose.services()[name].get("ports", [])

    assert all(port.startswith("127.0.0.1:") for port in ports)


@pytest.mark.parametrize("name", SERVICES)
def test_state_lies_in_volumes_that_are_declared(name: str) -> None:
    sources = [volume.split(":")[0] for volume in compose.services()[name].get("volumes", [])]

    named = {source for source in sources if not source.startswith(".")}
    assert named <= compose.document()["volumes"].keys()
    assert all((compose.ROOT / source).exists() for source in sources if source.startswith("."))


@pytest.mark.parametrize("name", WORKERS)
def test_worker_takes_the_settings_it_is_given(name: str, only: pytest.MonkeyPatch) -> None:
    given = compose.example() | {
        variable: re.sub(r"\$\{[A-Z_]+:-(.*)\}", r"\1", value)
        for variable, value in compose.environment(compose.services()[name]).items()
    }
    for variable, value in given.items():
        only.setenv(variable, value)

    settings = read_settings(given)

    assert settings.http.host == "0.0.0.0"
    assert settings.models.catalogue["demo"].directory == "/models/demo"
    assert settings.models.default == "demo"
    grace = int(compose.services()[name]["stop_grace_period"].removesuffix("s"))
    assert grace > settings.worker.grace_seconds


def test_settings_that_no_service_would_take_are_not_in_the_files() -> None:
    known = {variable for variable, _ in variables()}
    text = compose.FILE.read_text("utf-8") + compose.EXAMPLE.read_text("utf-8")

    assert set(re.findall(r"TURNSTREAM_[A-Z_]+[A-Z]", text)) <= known


def test_every_password_comes_from_the_example_and_every_entry_of_it_is_used() -> None:
    asked = dict(compose.interpolated())
    required = {name for name, follows in asked.items() if follows == ":?"}
    mentioned = re.findall(r"(?m)^(?:# )?([A-Z_]+)=", compose.EXAMPLE.read_text("utf-8"))
    settings = {variable for variable, _ in variables()}

    assert required == {"STORE_ACCESS_KEY", "STORE_SECRET_KEY", "GRAFANA_ADMIN_PASSWORD"}
    assert required <= compose.example().keys()
    assert set(mentioned) - settings == asked.keys()


def test_images_are_pinned_and_the_same_as_the_tested_servers() -> None:
    images = {name: service["image"] for name, service in compose.services().items()}
    tags = {name: image.rpartition(":")[2] for name, image in images.items()}
    stack = compose.ROOT / "tests/stack"

    assert all(re.fullmatch(r"[\w./-]+:(?!latest)[\w.-]+", images[name]) for name in _foreign())
    assert f"<version>{tags['kafka']}</version>" in (stack / "kafka-pom.xml").read_text("utf-8")
    assert f'"{tags["versitygw"]}"' in (stack / "builds.py").read_text("utf-8")


def test_prometheus_scrapes_every_worker_where_it_listens() -> None:
    scraped: dict[str, Any] = compose.scrape_job("turnstream")["dns_sd_configs"][0]

    assert scraped["names"] == list(WORKERS)
    ports = {compose.services()[name]["ports"][0].rpartition(":")[2] for name in WORKERS}
    assert ports == {str(scraped["port"])}


def _foreign() -> list[str]:
    return [name for name, service in compose.services().items() if "build" not in service]
