"""Which tools this machine has for building and running the servers."""

import re
import shutil
import subprocess

_JAVA_MAJOR = 17
# From 1.21 on, Go fetches the newer toolchain that a module asks for by itself.
_GO_MINOR = 21


class UnavailableError(Exception):
    """A server cannot be had on this machine; the text says why in a few words."""


class ToolMissing(UnavailableError):
    """A tool is not installed, or is too old."""


def java() -> str:
    """The path of Java 17 or newer; raises `ToolMissing`."""
    path = _find("java", "Java 17+")
    _require_version([path, "-version"], r'version "(\d+)', _JAVA_MAJOR, "Java 17+")
    return path


def maven() -> str:
    """The path of Maven; raises `ToolMissing`."""
    return _find("mvn", "Maven")


def go() -> str:
    """The path of Go 1.21 or newer; raises `ToolMissing`."""
    path = _find("go", "Go 1.21+")
    _require_version([path, "version"], r"go1\.(\d+)", _GO_MINOR, "Go 1.21+")
    return path


def kcat() -> str:
    """The path of kcat; raises `ToolMissing`."""
    return _find("kcat", "kcat")


def openssl() -> str:
    """The path of OpenSSL; raises `ToolMissing`."""
    return _find("openssl", "OpenSSL")


def prometheus() -> str:
    """The path of Prometheus; raises `ToolMissing`."""
    return _find("prometheus", "Prometheus")


def promtool() -> str:
    """The path of Prometheus' own checker, which comes with it; raises `ToolMissing`."""
    return _find("promtool", "promtool")


def _find(command: str, title: str) -> str:
    path = shutil.which(command)
    if path is None:
        raise ToolMissing(f"no {title}")
    return path


def _require_version(command: list[str], pattern: str, minimum: int, title: str) -> None:
    said = subprocess.run(command, capture_output=True, text=True, check=False)
    found = re.search(pattern, said.stdout + said.stderr)
    if found is None or int(found[1]) < minimum:
        raise ToolMissing(f"no {title}")
