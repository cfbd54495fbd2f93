"""How does a story use the client tools, as a person would?"""

import os
import subprocess
import sys
from collections.abc import Mapping

_SECONDS = 120.0


def turnstream(settings: Mapping[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run `turnstream` with settings in its environment; its exit status is the story's affair."""
    return subprocess.run(
        [sys.executable, "-m", "producer_tools", *arguments],
        env={**os.environ, **settings},
        capture_output=True,
        text=True,
        timeout=_SECONDS,
    )
