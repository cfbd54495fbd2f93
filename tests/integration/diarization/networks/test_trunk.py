"""The trunk that rectifies in place against the one of pyannote."""

from typing import Any

import pytest

from tests.conftest import needs

needs("pyannote", tests="the trunk")

import torch
from pyannote.audio.models.embedding.wespeaker.resnet import BasicBlock, Bottleneck, ResNet

from consumer.diarization.networks.trunk import Trunk


@pytest.mark.parametrize("block", [BasicBlock, Bottleneck])
def test_the_trunk_says_what_pyannotes_says_bit_for_bit(block: Any) -> None:
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        network: Any = ResNet(  # type: ignore[no-untyped-call]
            block, [2, 1, 2, 1], m_channels=8, feat_dim=80, embed_dim=16
        ).eval()
        features = torch.randn(2, 200, 80)

    with torch.inference_mode():
        expected = network.forward_frames(features.clone())

        assert torch.equal(Trunk(network)(features), expected)


def test_it_leaves_the_features_as_they_are(pipeline: Any) -> None:
    features = torch.randn(1, 200, 80, generator=torch.Generator().manual_seed(0))
    before = features.clone()

    with torch.inference_mode():
        Trunk(pipeline._embedding.model_.resnet)(features)

    assert torch.equal(features, before)
