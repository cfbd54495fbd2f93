"""Which throw-away certificates does a broker with TLS show, and whom does it believe?"""

import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.stack import prerequisites
from tests.stack.ports import HOST

_NEW_KEY = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes")


@dataclass(frozen=True, slots=True)
class Certificates:
    """An authority of this run alone, and what it vouches for; all below one directory."""

    directory: Path

    @property
    def authority(self) -> Path:
        """Who vouches for the broker and for its clients."""
        return self.directory / "authority.pem"

    def issue(self, name: str) -> tuple[Path, Path]:
        """Make a key and a certificate for a common name; good for 127.0.0.1, too."""
        key, certificate = self.directory / f"{name}.key", self.directory / f"{name}.pem"
        _openssl(
            ["req", "-x509", *_NEW_KEY, "-days", "2", "-subj", f"/CN={name}"],
            ["-CA", self.authority, "-CAkey", self.directory / "authority.key"],
            ["-addext", f"subjectAltName=IP:{HOST}", "-addext", "basicConstraints=CA:FALSE"],
            ["-keyout", key, "-out", certificate],
        )
        return key, certificate

    def key_store(self, name: str) -> Path:
        """Make a key and a certificate in one file, as brokers take them."""
        key, certificate = self.issue(name)
        store = self.directory / f"{name}.store.pem"
        store.write_text(key.read_text() + certificate.read_text())
        return store


def new_certificates(directory: Path) -> Certificates:
    """Make an authority in an existing directory; raises `ToolMissing`."""
    _openssl(
        ["req", "-x509", *_NEW_KEY, "-days", "2", "-subj", "/CN=tests of turnstream"],
        ["-keyout", directory / "authority.key", "-out", directory / "authority.pem"],
    )
    return Certificates(directory)


def _openssl(*arguments: Sequence[str | Path]) -> None:
    words = [word for group in arguments for word in group]
    subprocess.run([prerequisites.openssl(), *words], check=True, capture_output=True)
