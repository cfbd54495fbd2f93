"""Where on this machine the built servers and the state of running ones live."""

import os
from collections.abc import Mapping
from pathlib import Path


def user_cache(environment: Mapping[str, str], home: Path) -> Path:
    """TURNSTREAM_CACHE, else `turnstream` in XDG_CACHE_HOME, else in `~/.cache`."""
    if chosen := environment.get("TURNSTREAM_CACHE"):
        return Path(chosen)
    base = environment.get("XDG_CACHE_HOME")
    return (Path(base) if base else home / ".cache") / "turnstream"


def stack_cache() -> Path:
    """The directory of built servers, created when it is absent."""
    return _made(user_cache(os.environ, Path.home()) / "stack")


def runs_directory() -> Path:
    """The directory that holds one workspace per running server, created when it is absent."""
    return _made(stack_cache() / "runs")


def _made(directory: Path) -> Path:
    directory.mkdir(parents=True, exist_ok=True)
    return directory
