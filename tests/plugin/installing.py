"""How does a test have the example installed, without an index and without an installer?"""

import shutil
import tomllib
from pathlib import Path

SOURCE = Path(__file__).parent
GROUP = "turnstream.operations"
VOCABULARY = "who speaks when"


def installed(directory: Path, name: str = "loud-words", **entry_points: str) -> Path:
    """Lay out what an installer would, for `sys.path`; by default with the example's own entries.

    An entry point may also point elsewhere, under another distribution's name.
    """
    project = tomllib.loads((SOURCE / "pyproject.toml").read_text("utf-8"))["project"]
    points = entry_points or project["entry-points"][GROUP]
    shutil.copy(SOURCE / "loud_words.py", directory)
    metadata = directory / f"{name.replace('-', '_')}-{project['version']}.dist-info"
    metadata.mkdir()
    (metadata / "METADATA").write_text(
        f"Metadata-Version: 2.1\nName: {name}\nVersion: {project['version']}\n"
    )
    lines = [f"[{GROUP}]", *(f"{operation} = {value}" for operation, value in points.items())]
    (metadata / "entry_points.txt").write_text("\n".join(lines) + "\n")
    return directory


def model_in(directory: Path) -> Path:
    """The directory of a model for it: a list of words."""
    directory.mkdir()
    (directory / "words.txt").write_text(VOCABULARY, "utf-8")
    return directory
