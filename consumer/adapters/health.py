"""Is the worker alive, is it ready, and if not, why not?"""

import json
import threading
from collections.abc import Callable, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Self

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest

from consumer.core.errors import CannotStart
from consumer.core.liveness import Health

Check = Callable[[], Health]


CLOSE_SECONDS = 0.1
"""How long closing may take; the grace of a worker that leaves is short."""


class AddressRefused(CannotStart):
    """The health server cannot listen where it should."""


class HealthServer:
    """Serves /live, /ready and /metrics from a thread of its own; port 0 takes any free one."""

    def __init__(
        self, host: str, port: int, checks: Mapping[str, Check], registry: CollectorRegistry
    ) -> None:
        def respond(path: str) -> tuple[int, str, bytes]:
            if path == "/metrics":
                return 200, CONTENT_TYPE_LATEST, generate_latest(registry)
            if path not in checks:
                known = ", ".join((*checks, "/metrics"))
                return 404, "application/json", _body("not found", {"paths": known})
            problem, facts = checks[path]()
            return (503 if problem else 200), "application/json", _body(problem or "ok", facts)

        try:
            self._server = ThreadingHTTPServer((host, port), _handler(respond))
        except OSError as error:
            raise AddressRefused(
                f"cannot serve HTTP on {host}:{port} ({error.strerror}); set TURNSTREAM_HTTP__PORT "
                "(0: any free port) or TURNSTREAM_HTTP__HOST"
            ) from error
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._serve, name="health", daemon=True)

    @property
    def address(self) -> str:
        host, port = self._server.server_address[:2]
        return f"http://{host!s}:{port}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_exception: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    def _serve(self) -> None:
        self._server.serve_forever(poll_interval=CLOSE_SECONDS)


def _body(reason: str, facts: Mapping[str, object]) -> bytes:
    return json.dumps({"reason": reason, **facts}).encode()


def _handler(respond: Callable[[str], tuple[int, str, bytes]]) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            status, content_type, body = respond(self.path.partition("?")[0])
            self.send_response(status)
            self.send_header("Content-Type", content_type)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            """Probes come every few seconds; they are no news."""

    return Handler
