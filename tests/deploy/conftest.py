"""The programs that read what deploys the worker."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import unavailable
from tests.deploy import tools
from tests.deploy.chart import Chart
from tests.stack.prerequisites import UnavailableError


@pytest.fixture(scope="session")
def chart(pytestconfig: pytest.Config, tmp_path_factory: pytest.TempPathFactory) -> Chart:
    """The chart, and what reads it."""
    tool = _built(pytestconfig, tools.chart_tool)
    return Chart.copied(tool, tmp_path_factory.mktemp("chart"))


@pytest.fixture(scope="session")
def kubeconform(pytestconfig: pytest.Config) -> Path:
    """The program that checks manifests."""
    return _built(pytestconfig, tools.kubeconform)


def _built(config: pytest.Config, build: Callable[[], Path]) -> Path:
    capture = config.pluginmanager.getplugin("capturemanager")
    try:
        # A first build takes a minute or two: let its progress be seen.
        with capture.global_and_fixture_disabled():
            return build()
    except UnavailableError as error:
        unavailable(error, "tests of the chart")
