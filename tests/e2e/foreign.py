"""What do clients that are not ours find on a topic?"""

import json
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Kcat:
    """The command kcat, pointed at some brokers."""

    program: str
    bootstrap: str

    def read(self, topic: str) -> list[Mapping[str, Any]]:
        """Every message of a topic as kcat prints it: `key`, `payload`, `partition`, `headers`."""
        everything = ["-C", "-o", "beginning", "-e", "-q", "-J"]
        command = [self.program, "-b", self.bootstrap, "-t", topic, *everything]
        said = subprocess.run(command, capture_output=True, check=True, timeout=_SECONDS)
        return [json.loads(line) for line in said.stdout.splitlines()]


def headers(message: Mapping[str, Any]) -> dict[str, str]:
    """The headers of a message, each of which must be there once."""
    flat = message.get("headers", [])
    names = flat[::2]
    assert len(set(names)) == len(names)
    return dict(zip(names, flat[1::2], strict=True))
