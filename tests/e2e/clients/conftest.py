"""Which languages are tried here, and what happens where one cannot be?"""

import pytest

from tests.conftest import unavailable
from tests.e2e.clients.programs import LANGUAGES, Programs
from tests.stack.kafka import KafkaCluster
from tests.stack.prerequisites import ToolMissing


@pytest.fixture(scope="session", params=LANGUAGES)
def programs(request: pytest.FixtureRequest, kafka: KafkaCluster) -> Programs:
    """The examples in each language in turn; examples that do not compile are no reason to skip.

    Where the registries are out of reach, there is no broker either, and that is one.
    """
    language = request.param
    capture = request.config.pluginmanager.getplugin("capturemanager")
    try:
        # A first build takes a while: let its progress be seen.
        with capture.global_and_fixture_disabled():
            return LANGUAGES[language]()
    except ToolMissing as error:
        unavailable(error, f"the examples in {language}")
