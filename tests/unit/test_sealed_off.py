"""Whether unit tests stay off the network and the clock."""

import socket
import time

import pytest

from tests.unit.conftest import UnitTestTouchedTheWorld


@pytest.mark.parametrize("method", ["bind", "connect", "connect_ex"])
def test_refuses_the_network(method: str) -> None:
    with socket.socket() as client, pytest.raises(UnitTestTouchedTheWorld, match=method):
        getattr(client, method)(("127.0.0.1", 9))


def test_refuses_to_sleep() -> None:
    with pytest.raises(UnitTestTouchedTheWorld, match="sleep"):
        time.sleep(0.01)


def test_leaves_sockets_inside_the_process_alone() -> None:
    left, right = socket.socketpair()

    with left, right:
        left.sendall(b"job")

        assert right.recv(3) == b"job"
