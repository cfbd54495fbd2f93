"""How is the link between workers and their store made slow, cut, refused or answered for?"""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from enum import Enum, auto

from tests.stack.ports import HOST

_CHUNK_BYTES = 64 << 10
_SLOW_CHUNK_BYTES = 1 << 10
_SLOW_SECONDS = 0.25
_LINGER_SECONDS = 1.0
# A recording needs four kilobytes in all: some pass. The one is prime to the other, so that
# connections are cut at all kinds of places.
_CUT_BYTES, _MOST_CUT_BYTES = 977, 12_000


class Weather(Enum):
    """What happens on the link."""

    FAIR = auto()
    SLOW = auto()
    """A kilobyte each quarter of a second, in both directions."""
    CUTTING = auto()
    """Connections break after a few kilobytes, mostly in the middle of a body."""
    REFUSING = auto()
    """As if the store were stopped."""
    SILENT = auto()
    """As if the store were frozen: requests are taken and never answered."""
    FAILING = auto()
    """Every request is answered with 500 InternalError."""
    THROTTLING = auto()
    """Every request is answered with 503 SlowDown."""


_PASSING = {Weather.FAIR, Weather.SLOW, Weather.CUTTING}
_ANSWERS = {
    Weather.FAILING: (500, "InternalError", "We encountered an internal error."),
    Weather.THROTTLING: (503, "SlowDown", "Please reduce your request rate."),
}


@dataclass(slots=True)
class Link:
    """A relay on a port of its own; its weather may change at any time, from any thread."""

    upstream_port: int
    port: int = 0
    weather: Weather = Weather.FAIR
    connections: int = 0

    @property
    def endpoint(self) -> str:
        """Where clients reach the store through this link."""
        return f"http://{HOST}:{self.port}"


@contextmanager
def linked(upstream_port: int) -> Iterator[Link]:
    """Relay to the port, on a thread of its own, until the block ends."""
    link = Link(upstream_port)
    loop = asyncio.new_event_loop()
    server = loop.run_until_complete(
        asyncio.start_server(lambda r, w: _Connection(link, r, w).serve(), HOST, 0)
    )
    link.port = server.sockets[0].getsockname()[1]
    thread = threading.Thread(target=loop.run_forever, name="link", daemon=True)
    thread.start()
    try:
        yield link
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        server.close()
        loop.run_until_complete(_end_connections())
        loop.close()


async def _end_connections() -> None:
    connections = asyncio.all_tasks() - {asyncio.current_task()}
    for connection in connections:
        connection.cancel()
    await asyncio.gather(*connections, return_exceptions=True)


class _Connection:
    """One connection of a client, and one to the store."""

    def __init__(
        self, link: Link, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        self._link = link
        self._reader, self._writer = reader, writer
        link.connections += 1
        self._bytes_until_cut = _CUT_BYTES * link.connections % _MOST_CUT_BYTES

    async def serve(self) -> None:
        """Relay until either side leaves; either may at any time."""
        with suppress(OSError, asyncio.CancelledError):  # the latter at the very end
            try:
                await self._serve()
            finally:
                self._writer.transport.abort()

    async def _serve(self) -> None:
        if self._link.weather is Weather.REFUSING:
            return
        reader, writer = await asyncio.open_connection(HOST, self._link.upstream_port)
        try:
            directions = (
                asyncio.create_task(self._relay(self._reader, writer)),
                asyncio.create_task(self._relay(reader, self._writer)),
            )
            _, rest = await asyncio.wait(directions, return_when=asyncio.FIRST_COMPLETED)
            for direction in rest:
                direction.cancel()
            await asyncio.gather(*directions, return_exceptions=True)
        finally:
            writer.transport.abort()

    async def _relay(self, source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
        while data := await source.read(_CHUNK_BYTES):
            weather = self._link.weather
            if weather in _PASSING:
                if not await self._pass(data, sink, weather):
                    return
            else:
                if source is self._reader:
                    await self._receive(weather)
                return

    async def _pass(self, data: bytes, sink: asyncio.StreamWriter, weather: Weather) -> bool:
        """Hand it on as the weather allows; returns whether the connection holds."""
        if weather is Weather.SLOW:
            await _trickle(data, sink)
        elif weather is Weather.CUTTING:
            sink.write(data[: self._bytes_until_cut])
            self._bytes_until_cut -= len(data)
        else:
            sink.write(data)
        await sink.drain()
        return self._bytes_until_cut > 0

    async def _receive(self, weather: Weather) -> None:
        """Take a request that will not reach the store."""
        if weather is Weather.SILENT:
            while self._link.weather is Weather.SILENT and not self._reader.at_eof():
                await asyncio.sleep(_SLOW_SECONDS)
        elif weather in _ANSWERS:
            self._writer.write(_answer(*_ANSWERS[weather]))
            await self._writer.drain()
            with suppress(TimeoutError):  # a reset would overtake the answer
                async with asyncio.timeout(_LINGER_SECONDS):
                    while await self._reader.read(_CHUNK_BYTES):
                        pass


async def _trickle(data: bytes, sink: asyncio.StreamWriter) -> None:
    for start in range(0, len(data), _SLOW_CHUNK_BYTES):
        sink.write(data[start : start + _SLOW_CHUNK_BYTES])
        await sink.drain()
        await asyncio.sleep(_SLOW_SECONDS)


def _answer(status: int, code: str, message: str) -> bytes:
    body = f"<Error><Code>{code}</Code><Message>{message}</Message></Error>".encode()
    head = f"HTTP/1.1 {status} No\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n"
    return head.encode() + body
