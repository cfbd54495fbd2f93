"""Which pipelines are compared? The demonstration model, and seeded ones, narrow and full-size."""

import shutil
import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, partial
from pathlib import Path
from typing import Any

import torch
from pyannote.audio import Pipeline

from consumer.core.errors import JobError
from consumer.core.model import CatalogueModel, Recording
from consumer.diarization.engine import Engine
from consumer.diarization.hypothesis import Hypothesis
from consumer.diarization.models.hub import HubAccess
from consumer.diarization.models.model_files import obtain
from consumer.diarization.models.opening import open_pipeline
from tests.exact.recordings import voices
from tests.exact.stock import Stock
from tests.fakes.pipeline_configs import Kind, config_text
from tests.fakes.pipelines import FULL_SIZE, Weights, build_pipeline
from tests.fakes.steps import hypotheses

Listener = Callable[[Sequence[Recording]], list[Hypothesis | JobError]]
"""How the engine hears a batch of recordings."""

NARROW = Weights(channels=4, dimension=64, plda_dimension=32, plda_scale=4.0)
DEMONSTRATION = Path(__file__).parents[2] / "demo" / "model"
VOICE_SECONDS = 5.0
"""Of each real recording, for the calibration."""
SHORT_NAMES = {Kind.CENTROID_LINKAGE: "AHC", Kind.VBX: "VBx"}


@dataclass(frozen=True)
class Model:
    """A pipeline, opened twice: as stock, and for the engine, which changes what it is given."""

    name: str
    found: Callable[[], Path]
    """Returns its directory."""

    @cached_property
    def directory(self) -> Path:
        return self.found()

    @cached_property
    def stock(self) -> Stock:
        return Stock(self.open())

    @cached_property
    def hypothesize(self) -> Listener:
        return partial(hypotheses, Engine(self.open()))

    def pure(self) -> Stock:
        """Return stock as its own `from_pretrained` opens it, which nothing of ours touches."""
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return Stock(Pipeline.from_pretrained(self.directory))

    def open(self) -> Any:
        """Return a pipeline of its own to whoever asks."""
        model = CatalogueModel(self.name, self.name, directory=str(self.directory))
        return open_pipeline(obtain(model, HubAccess()), torch.device("cpu"))


@dataclass(frozen=True)
class SeededNetworks:
    """Networks that are built when they are first asked for; pipelines share them."""

    name: str
    root: Path
    weights: Weights

    def models(self) -> list[Model]:
        """Return one pipeline of each kind."""
        seed = self.weights.seed
        return [
            Model(f"{self.name} {SHORT_NAMES[kind]} {seed}", partial(self._pipeline, kind))
            for kind in Kind
        ]

    @cached_property
    def _built(self) -> Path:
        speech = torch.from_numpy(voices(VOICE_SECONDS))[None]
        directory = self.root / f"{self.name}-{self.weights.seed}"
        return build_pipeline(directory, Kind.VBX, speech, self.weights)

    def _pipeline(self, kind: Kind) -> Path:
        """Copy what was built: nothing but their config tells the kinds apart."""
        directory = self._built.with_name(f"{self._built.name}-{SHORT_NAMES[kind]}")
        shutil.copytree(self._built, directory)
        config = config_text(kind, published=self.weights.published)
        (directory / "config.yaml").write_text(config)
        return directory


def demonstration() -> Model:
    """Return the trained model that comes with the repository."""
    return Model("demo", lambda: DEMONSTRATION)


def narrow(root: Path, seed: int) -> list[Model]:
    """Return one pipeline of each kind that an hour of audio costs minutes."""
    return SeededNetworks("narrow", root, replace(NARROW, seed=seed)).models()


def full_size(root: Path, seed: int) -> list[Model]:
    """Return one pipeline of each kind with the published architectures and thresholds."""
    return SeededNetworks("full", root, replace(FULL_SIZE, seed=seed)).models()
