"""What does docker-compose.yml say?"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parents[2]
FILE = ROOT / "docker-compose.yml"
EXAMPLE = ROOT / "deploy/compose.env.example"
PROFILES = ("core", "gpu", "versitygw", "observability")
_INTERPOLATED = re.compile(r"\$\{([A-Z_]+)(:?[-?])?")


def document() -> dict[str, Any]:
    """The file with its anchors resolved."""
    content: dict[str, Any] = yaml.safe_load(FILE.read_text("utf-8"))
    return content


def services(profile: str | None = None) -> dict[str, dict[str, Any]]:
    """The services of a profile, or all of them."""
    everything: dict[str, dict[str, Any]] = document()["services"]
    return {
        name: service
        for name, service in everything.items()
        if profile is None or profile in service["profiles"]
    }


def environment(service: dict[str, Any]) -> dict[str, str]:
    """The variables that a service is given by the file itself."""
    return dict(service.get("environment", {}))


def interpolated() -> Iterator[tuple[str, str]]:
    """Every variable that the file takes from `.env`, and what follows when it is absent."""
    yield from _INTERPOLATED.findall(FILE.read_text("utf-8"))


def example() -> dict[str, str]:
    """What `deploy/compose.env.example` sets, quotes off."""
    lines = EXAMPLE.read_text("utf-8").splitlines()
    pairs = (line.split("=", 1) for line in lines if "=" in line and not line.startswith("#"))
    return {name: value.strip("'") for name, value in pairs}


def scrape_job(name: str) -> dict[str, Any]:
    """What Prometheus is told of a job, of the configuration that the file mounts."""
    configuration = yaml.safe_load((ROOT / "deploy/prometheus/prometheus.yml").read_text("utf-8"))
    jobs: list[dict[str, Any]] = configuration["scrape_configs"]
    return next(job for job in jobs if job["job_name"] == name)
