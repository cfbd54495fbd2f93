"""How does a test break, spoil or answer the traffic between a client and its store?"""

import socket
import struct
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from select import select
from socketserver import BaseRequestHandler, ThreadingTCPServer
from threading import Thread

HOST = "127.0.0.1"
_BUFFER_BYTES = 64 << 10
# On close, send a reset instead of an end.
_RESET = struct.pack("ii", 1, 0)


def refusal(status: int, code: str) -> bytes:
    """An S3 store's answer to a request that it does not serve; without a code it has no body."""
    body = f"<Error><Code>{code}</Code></Error>".encode() if code else b""
    head = f"HTTP/1.1 {status} Refused\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n"
    return head.encode() + body


@dataclass(slots=True)
class Link:
    """A relay on a port of its own; each plan is used up by one connection."""

    upstream_port: int
    port: int = 0
    cuts: deque[int] = field(default_factory=deque)
    """Break off after so many bytes of answer."""
    resets: bool = False
    """Break off with a reset instead of an orderly end."""
    answers: deque[bytes] = field(default_factory=deque)
    """Answer in place of the store."""
    spoils: tuple[bytes, bytes] | None = None
    """Replace these bytes of a request by those."""
    connections: int = 0

    @property
    def endpoint(self) -> str:
        return f"http://{HOST}:{self.port}"


class _Relay(BaseRequestHandler):
    """One connection of the client, and one to the store."""

    server: "_Relays"
    request: socket.socket

    def handle(self) -> None:
        link = self.server.link
        link.connections += 1
        if link.answers:
            self.request.recv(_BUFFER_BYTES)
            self.request.sendall(link.answers.popleft())
            return
        with (
            suppress(OSError),  # either side may leave at any time
            socket.create_connection((HOST, link.upstream_port)) as upstream,
        ):
            self._relay(link, upstream, link.cuts.popleft() if link.cuts else None)

    def _relay(self, link: Link, upstream: socket.socket, left_bytes: int | None) -> None:
        while left_bytes is None or left_bytes > 0:
            for source in select([self.request, upstream], [], [])[0]:
                data = source.recv(_BUFFER_BYTES)
                if not data:
                    return
                if source is self.request:
                    upstream.sendall(data.replace(*link.spoils) if link.spoils else data)
                    continue
                self.request.sendall(data[:left_bytes])
                left_bytes = None if left_bytes is None else max(0, left_bytes - len(data))
        if link.resets:
            self.request.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
            self.request.close()


class _Relays(ThreadingTCPServer):
    """Accepts the client's connections."""

    daemon_threads = True

    def __init__(self, link: Link) -> None:
        super().__init__((HOST, 0), _Relay)
        self.link = link


@contextmanager
def linked(upstream_port: int) -> Iterator[Link]:
    """Relay to the port until the block ends."""
    link = Link(upstream_port)
    with _Relays(link) as relays:
        link.port = relays.server_address[1]
        acceptor = Thread(target=relays.serve_forever, args=(0.05,))
        acceptor.start()
        yield link
        relays.shutdown()
        acceptor.join()
