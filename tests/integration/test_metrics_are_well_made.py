"""Whether Prometheus finds fault with the names, the units and the texts of our metrics."""

import subprocess

from prometheus_client import generate_latest

from tests.benchmarks.scrape import busiest
from tests.conftest import unavailable
from tests.stack import prerequisites


def test_promtool_finds_nothing_to_complain_about() -> None:
    try:
        promtool = prerequisites.promtool()
    except prerequisites.ToolMissing as error:
        unavailable(error, "checks of metrics")

    page = generate_latest(busiest().registry)
    checked = subprocess.run(
        [promtool, "check", "metrics"], input=page, capture_output=True, check=False
    )

    assert checked.returncode == 0, checked.stderr.decode()
    assert checked.stdout + checked.stderr == b""
