"""What do the stories have in common? One broker, and topics by the names of the contract."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.e2e.access import rights
from tests.e2e.access.service import PARTITIONS, Service
from tests.e2e.command_line import turnstream

if TYPE_CHECKING:
    from pathlib import Path

    from tests.stack.secured_kafka import SecuredKafka


@pytest.fixture(scope="session")
def secured(secured_kafka: SecuredKafka) -> SecuredKafka:
    """The broker, with topics made by somebody who may do just that."""
    rights.grant(secured_kafka.admin(), rights.documented("topics"), "topics")
    identity = secured_kafka.with_certificate("topics")
    made = turnstream(identity, "topics", "create", "--partitions", str(PARTITIONS))
    assert made.returncode == 0, made.stdout + made.stderr
    return secured_kafka


@pytest.fixture
def service(secured: SecuredKafka, tmp_path: Path) -> Service:
    """That broker, and a directory of objects of the test's own."""
    return Service.on_directory(secured, tmp_path)
