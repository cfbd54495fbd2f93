"""What does a release say of itself, by the changelog?"""

import shutil
import subprocess
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[2] / ".ci" / "release-notes"
CHANGELOG = """\
# Changelog

## Unreleased

## 0.2.0 - 2027-01-31

### Added

- Something new:
  ## no heading, for it is indented

## [0.1.0]

- The first.
## 0.1.0rc1
- A candidate.
"""


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """As much of a clone as the script looks at."""
    (tmp_path / ".ci").mkdir()
    shutil.copy(SCRIPT, tmp_path / ".ci")
    (tmp_path / "CHANGELOG.md").write_text(CHANGELOG, "utf-8")
    return tmp_path


def notes(checkout: Path, *version: str) -> subprocess.CompletedProcess[str]:
    command = [str(checkout / ".ci" / SCRIPT.name), *version]
    return subprocess.run(command, capture_output=True, text=True, check=False)


@pytest.mark.parametrize(
    ("version", "section"),
    [
        ("0.2.0", "### Added\n\n- Something new:\n  ## no heading, for it is indented\n"),
        ("0.1.0", "- The first.\n"),
        ("0.1.0rc1", "- A candidate.\n"),
    ],
)
def test_a_version_has_its_own_section(checkout: Path, version: str, section: str) -> None:
    said = notes(checkout, version)

    assert (said.returncode, said.stdout) == (0, section)


@pytest.mark.parametrize("version", ["0.3.0", "0.1", "Unreleased", ".*"])
def test_a_version_without_notes_is_no_release(checkout: Path, version: str) -> None:
    said = notes(checkout, version)

    assert (said.returncode, said.stdout) == (1, "")
    assert said.stderr == f"CHANGELOG.md says nothing of {version}\n"


def test_no_version_is_wrong_usage(checkout: Path) -> None:
    said = notes(checkout)

    assert said.returncode != 0
    assert "which version" in said.stderr


def test_the_changelog_itself_can_be_read() -> None:
    changelog = (SCRIPT.parents[1] / "CHANGELOG.md").read_text("utf-8")
    newest = changelog.partition("\n## ")[2].split()[0].strip("[]")

    assert notes(SCRIPT.parents[1], newest).stdout.strip() in changelog
