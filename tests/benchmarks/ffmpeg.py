"""Where does stock find FFmpeg? torchcodec brings none; the wheel of PyAV does."""

import os
import re
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from importlib import import_module
from importlib.util import find_spec
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory

VARIABLE = "LD_LIBRARY_PATH"
_NAME = re.compile(r"(lib\w+)-[0-9a-f]+(\.so\.\d+)[.\d]*")
"""Libraries in a wheel carry a hash in their names, and all of their version."""


@contextmanager
def ffmpeg_libraries() -> Iterator[None]:
    """Let processes that are started meanwhile find the libraries in the wheel of PyAV.

    The dynamic linker reads the variable when a process begins: this one still finds nothing.
    """
    before = os.environ.get(VARIABLE)
    with TemporaryDirectory() as links:
        for library in _bundled().iterdir():
            if name := _NAME.fullmatch(library.name):
                Path(links, "".join(name.groups())).symlink_to(library)
        os.environ[VARIABLE] = f"{links}:{_bundled()}"
        try:
            yield
        finally:
            os.environ.pop(VARIABLE)
            if before is not None:
                os.environ[VARIABLE] = before


def why_no_files() -> str | None:
    """Return why a process started now could not open audio files with stock; None: it could."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as process:
        return process.submit(_why_no_decoder).result()


def _why_no_decoder() -> str | None:
    try:
        import_module("torchcodec.decoders")
    except ImportError as error:
        return str(error)
    except (OSError, RuntimeError):
        return "torchcodec finds no FFmpeg libraries"
    return None


def _bundled() -> Path:
    package = find_spec("av")
    if package is None or package.origin is None:
        raise FileNotFoundError("PyAV is not installed: `make test` installs it")
    return Path(package.origin).parent.with_name("av.libs")
