"""Say where the demonstration finds its audio and model, and where it leaves its files."""

import shutil
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Self

from producer_tools.exits import WrongUsage

_MARK = ".made-by-turnstream-demo"
_MADE = ("inputs", "pictures", "store", "summary.json", "worker.log")


@dataclass(frozen=True, slots=True)
class Layout:
    """The directory of one run; everything in it was made by the run."""

    root: Path

    @classmethod
    def fresh(cls, root: Path) -> Self:
        """Make the directories anew; what an earlier run made goes, nothing else ever does."""
        root = root.resolve()
        leftovers = [root / name for name in _MADE if (root / name).exists()]
        if leftovers and not (root / _MARK).exists():
            raise WrongUsage(f"{leftovers[0]}: was not made by the demonstration; choose --output")
        for path in leftovers:
            shutil.rmtree(path) if path.is_dir() else path.unlink()
        layout = cls(root)
        for directory in (layout.audio, layout.results, layout.inputs, layout.pictures):
            directory.mkdir(parents=True)
        (root / _MARK).touch()
        return layout

    @property
    def audio(self) -> Path:
        """Where the object store keeps audio."""
        return self.root / "store" / "audio"

    @property
    def results(self) -> Path:
        """Where the object store keeps results."""
        return self.root / "store" / "results"

    @property
    def inputs(self) -> Path:
        """Files that the run makes in order to submit them."""
        return self.root / "inputs"

    @property
    def pictures(self) -> Path:
        """PNG files of turns against the reference."""
        return self.root / "pictures"

    @property
    def worker_log(self) -> Path:
        """What the worker said."""
        return self.root / "worker.log"

    @property
    def summary(self) -> Path:
        """The figures of the run."""
        return self.root / "summary.json"

    def shown(self, path: Path) -> str:
        """Write a path as short as it can be from where the command was started."""
        here = Path.cwd()
        return str(path.relative_to(here) if path.is_relative_to(here) else path)


@dataclass(frozen=True, slots=True)
class Assets:
    """What the run needs and does not make."""

    conversation: Path
    phone_call: Path
    model: Path

    @classmethod
    def found(cls) -> Self:
        """Look in the checkout and in pyannote's wheel; raises `WrongUsage` for what is missing."""
        checkout = Path(__file__).parents[2] / "demo"
        pyannote = find_spec("pyannote")
        homes = pyannote.submodule_search_locations if pyannote else None
        if not homes:
            raise WrongUsage("pyannote.audio is not installed: run `make demo` in a checkout")
        # Not find_spec("pyannote.audio"), which would import torch only to tell where a file is.
        sample = Path(homes[0]) / "audio" / "sample" / "sample.wav"
        assets = cls(checkout / "audio" / "conversation.flac", sample, checkout / "model")
        for path in (assets.conversation, assets.phone_call, assets.model):
            if not path.exists():
                raise WrongUsage(f"{path}: is missing; run `make demo` in a whole checkout")
        return assets
