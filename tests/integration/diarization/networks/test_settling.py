"""Which shapes a processor can be trusted with is found out when a network is loaded."""

from typing import Any

import pytest

from tests.conftest import needs

needs("pyannote", tests="the shapes of a trunk")

import torch

from consumer.diarization.networks.crops import Cropping, lengths
from consumer.diarization.networks.settling import settle
from consumer.diarization.networks.trunk import Trunk

CROPPING = Cropping(frames=998, radius=48, lengths=lengths(998, 256))


class FakeTrunk:
    """Sees single frames, eight apart, and may round otherwise where it is told to."""

    def __init__(self, *, alone: float = 0.0, shorter_than: int = 0) -> None:
        self._alone = alone
        self._shorter_than = shorter_than

    def __call__(self, features: torch.Tensor) -> torch.Tensor:
        windows, length, _ = features.shape
        off = self._alone if windows == 1 else 0.0
        if length < self._shorter_than:
            off += 1e-7
        return features[:, ::8].transpose(1, 2) + off


def settled(trunk: Any) -> tuple[int, tuple[int, ...]]:
    batch, cropping = settle(trunk, 4, CROPPING, 1)
    return batch, cropping.lengths


def test_a_steady_trunk_takes_single_windows_and_all_crops() -> None:
    assert settled(FakeTrunk()) == (1, CROPPING.lengths)


def test_one_that_rounds_a_lone_window_otherwise_gets_company() -> None:
    assert settled(FakeTrunk(alone=1e-7)) == (2, CROPPING.lengths)


def test_one_that_rounds_short_crops_otherwise_gets_longer_ones() -> None:
    assert settled(FakeTrunk(shorter_than=500)) == (1, (742,))


@pytest.mark.parametrize("seed", [0, 1])
def test_what_was_settled_on_holds_for_other_windows(pipeline: Any, seed: int) -> None:
    from consumer.diarization.networks.crops import cropping

    resnet = pipeline._embedding.model_.resnet
    trunk = Trunk(resnet)
    batch, crops = settle(trunk, 80, cropping(resnet, 998, 128), 1)
    windows = torch.randn(batch, 998, 80, generator=torch.Generator().manual_seed(seed + 1))

    with torch.inference_mode():
        whole = trunk(windows)
        for length in crops.lengths:
            crop = crops.around(60, 60) if length == crops.lengths[0] else crops.around(40, 80)
            part = trunk(windows[:, crop.start : crop.start + crop.length])
            assert torch.equal(part[..., 60 - crop.first_output], whole[..., 60])
