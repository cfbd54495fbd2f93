"""Can what happened be found again in the log?"""

import json
import logging

import pytest

from consumer.adapters.logs import JsonLines
from consumer.adapters.prometheus import Metrics
from consumer.adapters.telemetry import LogsAndMetrics
from consumer.core.model import Partition


def test_a_rebalance_keeps_its_event_text_beside_its_fields(
    caplog: pytest.LogCaptureFixture,
) -> None:
    with caplog.at_level(logging.INFO):
        LogsAndMetrics(Metrics()).assignment_changed("revoked", [Partition("jobs", 2)], held=1)

    (record,) = caplog.records
    line = json.loads(JsonLines().format(record))
    assert line["event"] == "partitions changed"
    assert (line["change"], line["partitions"], line["held"]) == ("revoked", [2], 1)
