"""A store that would let two workers overwrite each other's results is refused before the group.

It can be accepted by a setting; a store that gives no answer is another matter, and another code.
"""

from collections.abc import Mapping

import pytest

from tests.e2e.deployment import Deployment
from tests.e2e.worker_process import launched, running
from tests.fakes.careless_s3 import CarelessS3, careless_s3
from tests.stack.object_server import ObjectServer
from tests.stack.ports import free_ports

EXIT_SETTINGS = 2
EXIT_UNREACHABLE = 3
START_SECONDS = 60.0
SETTING = "TURNSTREAM_STORE__CONDITIONAL_CREATE"


def on_s3(environment: Mapping[str, str]) -> dict[str, str]:
    return {
        **environment,
        "TURNSTREAM_OUTPUT__ALLOWED": '["s3://results/"]',
        "TURNSTREAM_OUTPUT__DEFAULT_URI": "s3://results/",
    }


def test_a_store_that_overwrites_is_refused_unless_a_setting_accepts_it(
    simulated: Deployment,
) -> None:
    with careless_s3(CarelessS3()) as server:
        settings = simulated.worker_settings(**on_s3(server.environment))

        with launched("worker", settings) as worker:
            assert worker.process.wait(START_SECONDS) == EXIT_SETTINGS
            assert SETTING in worker.events("worker cannot start")[0]["reason"]

        with running("worker", settings | {SETTING: "look-then-write"}) as worker:
            assert worker.stop() == 0


@pytest.mark.slow
def test_a_store_that_gives_no_answer_is_waited_for_half_a_minute(simulated: Deployment) -> None:
    (port,) = free_ports(1)
    away = ObjectServer("away", port).environment

    with launched("worker", simulated.worker_settings(**on_s3(away))) as worker:
        assert worker.process.wait(START_SECONDS) == EXIT_UNREACHABLE
        assert "EndpointConnectionError" in worker.events("worker cannot start")[0]["reason"]
