"""How are the examples built, once, and run as their page says?"""

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import IO

from tests.stack import builds, leash, prerequisites
from tests.stack.prerequisites import ToolMissing

EXAMPLES = Path(__file__).parents[3] / "examples"
_SECONDS = 60.0
# A program of a test lives for seconds: the code of the first compiler is good enough.
_JVM_OPTIONS = ("-Xmx128m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1")
_SIGTERM_OF_JAVA = 128 + signal.SIGTERM


@dataclass(frozen=True, slots=True)
class Programs:
    """The two of one language."""

    language: str
    submit_command: Sequence[str | Path]
    read_command: Sequence[str | Path]

    def submit(self, settings: Mapping[str, str], *arguments: str) -> str:
        """Send a job; returns the place that was printed."""
        said = subprocess.run(
            [*self.submit_command, *arguments],
            env={**os.environ, **settings},
            stdout=subprocess.PIPE,
            text=True,
            encoding="utf-8",
            check=True,
            timeout=_SECONDS,
        )
        return said.stdout.strip()

    @contextmanager
    def reading(self, settings: Mapping[str, str], group: str) -> Iterator["Reader"]:
        """A reader that runs; it dies with this process."""
        leashed = [sys.executable, "-I", "-S", leash.__file__, str(os.getpid())]
        with subprocess.Popen(
            [*leashed, *self.read_command, group],
            env={**os.environ, **settings},
            stdout=subprocess.PIPE,
            text=True,
            encoding="utf-8",
        ) as process:
            try:
                yield Reader(process)
            finally:
                process.kill()

    def read(self, settings: Mapping[str, str], group: str, count: int) -> list[str]:
        """So many lines of a reader that is then asked to end, and all that it adds to them."""
        with self.reading(settings, group) as reader:
            return [*reader.lines(count), *reader.stop()]


@dataclass(frozen=True, slots=True)
class Reader:
    """A reader that runs."""

    process: subprocess.Popen[str]

    def lines(self, count: int) -> list[str]:
        """Wait for its next lines; those of a reader that has ended are empty."""
        return [self._output.readline().rstrip("\n") for _ in range(count)]

    def stop(self) -> list[str]:
        """Ask it to end, which it does in good order; returns what it still prints."""
        self.process.terminate()
        rest = self._output.read()
        assert self.process.wait(_SECONDS) in {0, _SIGTERM_OF_JAVA}
        return rest.splitlines()

    def kill(self) -> list[str]:
        """End it as a crash would; returns what it had still printed, whole lines alone."""
        self.process.kill()
        return self._output.read().rpartition("\n")[0].splitlines()

    @property
    def _output(self) -> IO[str]:
        assert self.process.stdout is not None
        return self.process.stdout


def python() -> Programs:
    """Run by this interpreter, which lets them see neither this directory nor our settings."""
    command = [sys.executable, "-I"]
    folder = EXAMPLES / "python"
    return Programs(
        "python", [*command, folder / "submit.py"], [*command, folder / "read_results.py"]
    )


def java() -> Programs:
    """Built by Maven; raises `ToolMissing`, and `BuildFailed` where they do not compile."""
    if shutil.which("javac") is None:
        raise ToolMissing("no Java compiler")
    sources = [
        EXAMPLES / "java" / name for name in ("pom.xml", "ReadResults.java", "SubmitJob.java")
    ]

    def package(into: Path) -> None:
        for source in sources:
            shutil.copy(source, into)
        command = [prerequisites.maven(), "-q", "-B", "-f", str(into / "pom.xml"), "package"]
        builds.run_tool("examples in Java", command, {})

    runtime = prerequisites.java()
    target = builds.once(f"java-examples-{_digest(sources)}", package) / "target"
    command = [runtime, *_JVM_OPTIONS, "-cp", f"{target / 'classes'}:{target / 'lib'}/*"]
    return Programs("java", [*command, "SubmitJob"], [*command, "ReadResults"])


def go() -> Programs:
    """Built and vetted by Go; raises `ToolMissing`, and `BuildFailed` where they do not compile."""
    module = EXAMPLES / "go"
    sources = [module / "go.mod", module / "go.sum", *sorted(module.rglob("*.go"))]

    def build(into: Path) -> None:
        for action in (["build", "-o", str(into)], ["vet"]):
            command = [prerequisites.go(), action[0], "-C", str(module), *action[1:], "./..."]
            builds.run_tool("examples in Go", command, builds.GO_ENVIRONMENT)

    programs = builds.once(f"go-examples-{_digest(sources)}", build)
    return Programs("go", [programs / "submit"], [programs / "read_results"])


LANGUAGES: Mapping[str, Callable[[], Programs]] = {"python": python, "java": java, "go": go}


def _digest(sources: Sequence[Path]) -> str:
    return sha256(b"\0".join(source.read_bytes() for source in sources)).hexdigest()[:12]
