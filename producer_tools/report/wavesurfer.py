"""Say where the script that draws waveforms is, and bring it here where it is not.

It is no file of the repository: a wheel carries it when npm was there to build it, and elsewhere
npm brings it into the user's cache, once.
"""

import os
import subprocess
import tarfile
import tempfile
from base64 import b64encode
from collections.abc import Mapping
from hashlib import sha512
from pathlib import Path
from shutil import which
from typing import Final

from producer_tools.exits import WrongUsage

PACKAGE: Final = "wavesurfer.js"
VERSION: Final = "8.0.1"
PACKAGED: Final = "wavesurfer.min.js"
"""Its name beside this module in a wheel."""
# What the registry says of the archive; another archive is never unpacked.
_INTEGRITY: Final = (
    "h0OnRWSVTqIYLSw3/IVrBtsun/xw9L5u4FA3bjfSDTFMX/xswVWS1JwK4fFu3ulmxRUSHg8zQORl6zENG983eg=="
)
_NPM_SECONDS: Final = 120


class WavesurferMissing(WrongUsage):
    """The script is not installed and cannot be fetched."""


def wavesurfer() -> str:
    """Return the script, its licence on top; raises `WavesurferMissing`."""
    packaged = Path(__file__).with_name(PACKAGED)
    path = packaged if packaged.exists() else cached(os.environ, Path.home())
    return path.read_text("utf-8")


def cached(environment: Mapping[str, str], home: Path) -> Path:
    """Return the script in the user's cache, fetched if need be; raises `WavesurferMissing`."""
    base = environment.get("XDG_CACHE_HOME")
    path = (Path(base) if base else home / ".cache") / "turnstream" / f"{PACKAGE}-{VERSION}.js"
    if not path.exists():
        script = _unpacked(_fetched())
        path.parent.mkdir(parents=True, exist_ok=True)
        # Another process may be about the same: each writes a file of its own, and the last one
        # takes the name.
        with tempfile.NamedTemporaryFile(
            "w", dir=path.parent, encoding="utf-8", delete=False
        ) as file:
            file.write(script)
        Path(file.name).replace(path)
    return path


def checked(archive: bytes) -> bytes:
    """Return the archive if it is the pinned one; raises `WavesurferMissing`."""
    if b64encode(sha512(archive).digest()).decode() != _INTEGRITY:
        raise WavesurferMissing(f"{PACKAGE} {VERSION} from npm is not what it was: it is not used")
    return archive


def _fetched() -> bytes:
    npm = which("npm")
    if npm is None:
        raise _missing("npm, which would fetch it, is not installed")
    with tempfile.TemporaryDirectory() as place:
        pack = [npm, "pack", f"{PACKAGE}@{VERSION}", "--ignore-scripts", "--silent"]
        try:
            subprocess.run(  # noqa: S603 - npm with fixed arguments
                pack, cwd=place, check=True, capture_output=True, timeout=_NPM_SECONDS, text=True
            )
        except subprocess.CalledProcessError as error:
            raise _missing(f"npm cannot fetch it: {error.stderr.strip()[-500:]}") from error
        except subprocess.TimeoutExpired as error:
            raise _missing(f"npm did not fetch it within {_NPM_SECONDS} s") from error
        return checked(next(Path(place).glob("*.tgz")).read_bytes())


def _unpacked(archive: bytes) -> str:
    with tempfile.TemporaryFile() as file:
        file.write(archive)
        file.seek(0)
        with tarfile.open(fileobj=file) as members:
            licence = _text(members, "package/LICENSE")
            script = _text(members, "package/dist/wavesurfer.min.js")
    return f"/*! {PACKAGE} {VERSION}\n{licence.strip()}\n*/\n{script}"


def _text(archive: tarfile.TarFile, name: str) -> str:
    member = archive.extractfile(name)
    assert member is not None, f"{name} is no file"  # noqa: S101 - the archive is the pinned one
    with member:
        return member.read().decode()


def _missing(reason: str) -> WavesurferMissing:
    return WavesurferMissing(
        f"{PACKAGE} {VERSION} draws the waveform, and {reason}; "
        "install npm, or leave the waveform out with --no-waveform"
    )
