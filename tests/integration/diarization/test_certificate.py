"""Rounded embeddings change no turn: what was close is computed again.

Without an accelerator that rounds, the factors of the trunk's convolutions are rounded by hand, and
coarser than TF32, so that there is something to find.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Any

import pytest

from consumer.core.errors import DeviceDead
from consumer.core.model import Recording, SpeakerBounds
from consumer.diarization.hypothesis import Hypothesis
from tests.fakes.pipeline_configs import Kind
from tests.fakes.speech import meeting, waveform
from tests.fakes.steps import hypotheses

MODEL = Path(__file__).parents[3] / "demo" / "model"
TF32 = 11
COARSE = 4
"""Significant bits of a factor."""


class Rounding:
    """Rounds what the convolutions of one trunk are given, where and when it is on."""

    def __init__(self, trunk: Any, bits: int) -> None:
        from torch.nn import Conv2d

        self._here = threading.local()
        self._scale = 2.0**bits
        for module in trunk.modules():
            if isinstance(module, Conv2d):
                module.register_forward_pre_hook(self._round)

    @contextmanager
    def mode(self) -> Iterator[None]:
        self._here.is_on = True
        try:
            yield
        finally:
            self._here.is_on = False

    def _round(self, _module: Any, inputs: tuple[Any]) -> tuple[Any]:
        import torch

        if not getattr(self._here, "is_on", False):
            return inputs
        mantissa, exponent = torch.frexp(inputs[0])
        return (torch.ldexp((mantissa * self._scale).round() / self._scale, exponent),)


def open_pipeline(directory: Path) -> Any:
    from pyannote.audio import Pipeline

    return Pipeline.from_pretrained(directory)


def exact(directory: Path) -> Any:
    from consumer.diarization.engine import Engine

    return Engine(open_pipeline(directory), threads=1)


def rounded(directory: Path, bits: int) -> Any:
    from consumer.diarization.engine import Engine
    from consumer.diarization.networks.arithmetic import Arithmetic

    pipeline = open_pipeline(directory)
    mode = Rounding(pipeline._embedding.model_.resnet, bits).mode
    return Engine(pipeline, threads=1, arithmetic=Arithmetic(nullcontext, mode))


def answer(engine: Any, clip: str) -> Hypothesis:
    (found,) = hypotheses(engine, [Recording(waveform(meeting(clip, 30)))])
    assert isinstance(found, Hypothesis)
    return found


@pytest.fixture
def recomputed(muted: None, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many windows were embedded again, each time that some were."""
    from consumer.diarization import certificate
    from consumer.diarization.networks import listening

    numbers = []
    embed_again = listening.embed_again

    def counting(networks: Any, lanes: Any, heard: Any, windows: Any) -> None:
        numbers.append(len(windows))
        embed_again(networks, lanes, heard, windows)

    monkeypatch.setattr(certificate, "embed_again", counting)
    return numbers


@pytest.mark.parametrize("clip", ["dev00", "trn03", "trn08"])
@pytest.mark.parametrize("kind", Kind)
def test_coarse_rounding_changes_no_turn(
    pipelines: dict[Kind, Path], kind: Kind, clip: str
) -> None:
    directory = pipelines[kind]

    certified = answer(rounded(directory, COARSE), clip)

    assert certified.turns == answer(exact(directory), clip).turns


@pytest.mark.parametrize(("kind", "clip"), [(Kind.CENTROID_LINKAGE, "trn08"), (Kind.VBX, "trn03")])
def test_without_the_certificate_it_would(
    pipelines: dict[Kind, Path], kind: Kind, clip: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from consumer.diarization.certificate import Certifier

    directory = pipelines[kind]

    def believe(self: Any, heard: Any, bounds: SpeakerBounds) -> Any:
        return self._conclusion.hypothesis(heard.findings, bounds)

    monkeypatch.setattr(Certifier, "__call__", believe)

    uncertified = answer(rounded(directory, COARSE), clip)

    assert uncertified.turns != answer(exact(directory), clip).turns


@pytest.mark.parametrize("clip", ["dev00", "dev01", "trn05"])
def test_rounding_as_fine_as_tf32_has_little_computed_again(
    clip: str, recomputed: list[int]
) -> None:
    certified = answer(rounded(MODEL, TF32), clip)

    assert certified.turns == answer(exact(MODEL), clip).turns
    sampled, *close = recomputed
    assert sampled <= 6
    assert sum(close) <= 3


def test_a_device_that_dies_while_embedding_again_is_told_as_such(
    muted: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    from consumer.diarization import certificate

    def die(*_: object) -> None:
        raise RuntimeError("CUDA error: device-side assert triggered")

    monkeypatch.setattr(certificate, "embed_again", die)

    with pytest.raises(DeviceDead, match="CUDA error"):
        answer(rounded(MODEL, TF32), "dev00")
