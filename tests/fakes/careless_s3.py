"""How does a test have an S3 store that does not know, or ignores, conditional requests?"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

from tests.stack.object_server import ObjectServer
from tests.stack.ports import HOST


@dataclass(slots=True)
class CarelessS3:
    """What the server holds, and how it treats a condition."""

    refuses_conditions: bool = False
    """Answer 501 to them instead of ignoring them."""
    objects: dict[str, bytes] = field(default_factory=dict)
    conditions: list[str] = field(default_factory=list)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: "_Server"

    def do_PUT(self) -> None:
        store = self.server.store
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if condition := self.headers["If-None-Match"]:
            store.conditions.append(condition)
            if store.refuses_conditions:
                self._answer(501, b"<Error><Code>NotImplemented</Code></Error>")
                return
        store.objects[self.path] = body
        self._answer(200)

    def do_GET(self) -> None:
        content = self.server.store.objects.get(self.path)
        if content is None:
            self._answer(404, b"<Error><Code>NoSuchKey</Code></Error>")
        else:
            self._answer(200, content)

    def log_message(self, format: str, *args: object) -> None:
        """Stay quiet."""

    def _answer(self, status: int, body: bytes = b"") -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("ETag", '"e1"')
        self.end_headers()
        self.wfile.write(body)


class _Server(ThreadingHTTPServer):
    def __init__(self, store: CarelessS3) -> None:
        super().__init__((HOST, 0), _Handler)
        self.store = store


@contextmanager
def careless_s3(store: CarelessS3) -> Iterator[ObjectServer]:
    """Serve the store on a port of its own until the block ends."""
    with _Server(store) as server:
        acceptor = Thread(target=server.serve_forever, args=(0.05,))
        acceptor.start()
        yield ObjectServer("careless", server.server_port)
        server.shutdown()
        acceptor.join()
