"""What does the product's own oracle say about a service?"""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from typing import Any

from tests.chaos.service import Service

_SECONDS = 300
_PROMISE_BROKEN = 1


class NotVerified(Exception):
    """The oracle could not judge; the text is what it said."""


def verify(service: Service) -> Mapping[str, Any]:
    """Run `turnstream verify`, as a user would, past the disturbed link; raises `NotVerified`."""
    command = [sys.executable, "-m", "producer_tools", "verify", "--json"]
    if service.delivery == "at-least-once":
        command.append("--at-least-once")
    said = subprocess.run(
        [*command, "--group", service.group],
        env={**os.environ, **service.client_settings(service.store.endpoint)},
        capture_output=True,
        text=True,
        check=False,
        timeout=_SECONDS,
    )
    if said.returncode not in (0, _PROMISE_BROKEN) or not said.stdout.startswith("{"):
        raise NotVerified(said.stderr or said.stdout)
    document: dict[str, Any] = json.loads(said.stdout)
    return document
