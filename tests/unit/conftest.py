"""What a unit test never touches: the network, the clock on the wall, and torch."""

import socket
import sys
import time
from collections.abc import Iterator
from typing import Any, NoReturn

import pytest


class UnitTestTouchedTheWorld(Exception):
    """A unit test slept or used the network: pass the time in, or move it to another lane."""


@pytest.fixture(autouse=True)
def _without_torch() -> Iterator[None]:
    """Seconds of import time belong to other lanes, which may have imported it before."""
    was_there = "torch" in sys.modules
    yield
    if "torch" in sys.modules and not was_there:
        raise UnitTestTouchedTheWorld("a unit test imported torch")


@pytest.fixture(autouse=True)
def _sealed_off() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        for name in ("bind", "connect", "connect_ex", "sendto"):
            patch.setattr(socket.socket, name, _local_only(getattr(socket.socket, name)))
        patch.setattr(time, "sleep", _refuse_sleep)
        yield


def _local_only(method: Any) -> Any:
    """The method, refused on internet sockets; `Any`, since four signatures go through it."""

    def guarded(self: socket.socket, *arguments: Any) -> Any:
        if self.family in {socket.AF_INET, socket.AF_INET6}:
            raise UnitTestTouchedTheWorld(f"socket.{method.__name__} in a unit test")
        return method(self, *arguments)

    return guarded


def _refuse_sleep(seconds: float) -> NoReturn:
    raise UnitTestTouchedTheWorld(f"time.sleep({seconds}) in a unit test")
