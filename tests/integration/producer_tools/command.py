"""How does a test run the client tools as a user does?"""

import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

from tests.stack.topics import Topics

Run = Callable[..., subprocess.CompletedProcess[str]]


def command(environment: Mapping[str, str]) -> Run:
    """Return what runs `turnstream` with these settings."""

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "producer_tools", *arguments],
            env={**os.environ, "COLUMNS": "200", **environment},
            capture_output=True,
            text=True,
            timeout=60,
        )

    return run


def environment(bootstrap: str, topics: Topics, store: Path) -> dict[str, str]:
    """Settings for these topics; uploads go into a directory."""
    return {**topics.settings(bootstrap), "TURNSTREAM_UPLOAD_URI": f"file://{store}/"}
