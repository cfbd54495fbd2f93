"""A model hub on this machine: enough of its API for huggingface_hub to download snapshots."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import unquote, urlsplit


@dataclass
class HubRepository:
    """One repository with one commit."""

    files: Mapping[str, bytes]
    readers: frozenset[str] | None = None
    """The tokens whose accounts accepted the conditions; null: there are none to accept."""

    @property
    def commit(self) -> str:
        listing = [f"{name}:{_sha1(content)}" for name, content in sorted(self.files.items())]
        return _sha1("\n".join(listing).encode())


@dataclass
class ModelHub:
    """What the hub stores, who is known to it, and what it was asked."""

    repositories: dict[str, HubRepository] = field(default_factory=dict)
    tokens: frozenset[str] = frozenset()
    requests: list[str] = field(default_factory=list)
    endpoint: str = ""


@contextmanager
def running(hub: ModelHub) -> Iterator[ModelHub]:
    """Serve the hub on a free port of this machine."""
    handler = type("Handler", (_Handler,), {"hub": hub})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        hub.endpoint = f"http://127.0.0.1:{server.server_port}"
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield hub
        finally:
            server.shutdown()
            thread.join()


class _Handler(BaseHTTPRequestHandler):
    hub: ModelHub
    protocol_version = "HTTP/1.1"

    def do_HEAD(self) -> None:
        self._route()

    def do_GET(self) -> None:
        self._route()

    def log_message(self, format: str, *args: Any) -> None:
        """Keep the console of the tests quiet."""

    def _route(self) -> None:
        path = unquote(urlsplit(self.path).path)
        self.hub.requests.append(f"{self.command} {path}")
        kind, _, rest = path.lstrip("/").removeprefix("api/models/").partition("/")
        owner_and_name, _, rest = f"{kind}/{rest}".partition("/resolve/")
        if rest:
            return self._file(owner_and_name, rest)
        owner, name, what, *revision = owner_and_name.split("/")
        return self._api(f"{owner}/{name}", what, "/".join(revision))

    def _api(self, name: str, what: str, revision: str) -> None:
        repository = self._open(name, revision, reads=False)
        if repository is None:
            return None
        if what == "revision":
            return self._json({"id": name, "sha": repository.commit, "siblings": []})
        entries = [
            {"type": "file", "path": path, "size": len(content), "oid": _sha1(content)}
            for path, content in repository.files.items()
        ]
        return self._json(entries)

    def _file(self, name: str, rest: str) -> None:
        revision, _, path = rest.partition("/")
        repository = self._open(name, revision, reads=True)
        if repository is None:
            return None
        if path not in repository.files:
            return self._refuse(404, "EntryNotFound")
        content = repository.files[path]
        headers = {"ETag": f'"{_sha1(content)}"', "X-Repo-Commit": repository.commit}
        return self._send(200, content, headers)

    def _open(self, name: str, revision: str, *, reads: bool) -> HubRepository | None:
        """The repository, or None when the hub has answered why not."""
        token = (self.headers.get("Authorization") or "").removeprefix("Bearer ")
        repository = self.hub.repositories.get(name)
        if token and token not in self.hub.tokens:
            self._refuse(401, None, "Invalid credentials in Authorization header")
        elif repository is None:
            self._refuse(404 if token else 401, "RepoNotFound")
        elif reads and repository.readers is not None and token not in repository.readers:
            self._refuse(403 if token else 401, "GatedRepo")
        elif revision not in {"main", repository.commit}:
            self._refuse(404, "RevisionNotFound")
        else:
            return repository
        return None

    def _refuse(self, status: int, code: str | None, message: str = "no") -> None:
        headers = {"X-Error-Message": message} | ({"X-Error-Code": code} if code else {})
        self._send(status, b"", headers)

    def _json(self, value: object) -> None:
        self._send(200, json.dumps(value).encode(), {"Content-Type": "application/json"})

    def _send(self, status: int, body: bytes, headers: Mapping[str, str]) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command == "GET":
            self.wfile.write(body)


def _sha1(content: bytes) -> str:
    return hashlib.sha1(content).hexdigest()
