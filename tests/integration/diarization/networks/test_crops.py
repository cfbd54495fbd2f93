"""Whether the part of a window that the trunk sees is enough, and what it says of it the same."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.conftest import needs

needs("pyannote", tests="the crops of windows")

import torch
from pyannote.audio.models.embedding.wespeaker.resnet import ResNet34, ResNet152

from consumer.diarization.networks.crops import STRIDE, Crop, Cropping, cropping, lengths
from tests.integration.diarization.networks.asking import Samples, window_of

RESNET34 = Cropping(frames=998, radius=112, lengths=lengths(998, 64))
OUTPUTS = 125


def untrained(build: Any, device: str) -> Any:
    """A trunk as WeSpeaker builds it."""
    with torch.device(device):
        return build(80, 256, pooling_func="TSTP", two_emb_layer=False).eval()


@st.composite
def spans(draw: st.DrawFn) -> tuple[Cropping, int, int]:
    """A trunk, and the first and last output frame that are wanted."""
    usable = draw(st.sets(st.sampled_from(lengths(998, 8))))
    radius = draw(st.integers(0, 300))
    first = draw(st.integers(0, OUTPUTS - 1))
    crops = Cropping(998, radius, tuple(sorted(usable)))
    return crops, first, draw(st.integers(first, OUTPUTS - 1))


@given(spans())
def test_a_crop_holds_whatever_the_wanted_frames_depend_on(
    span: tuple[Cropping, int, int],
) -> None:
    crops, first, last = span

    crop = crops.around(first, last)

    assert crop.start <= max(0, first * STRIDE - crops.radius)
    assert crop.start + crop.length >= min(crops.frames, last * STRIDE + crops.radius + 1)
    assert crop.start + crop.length <= crops.frames


@given(spans())
def test_crops_begin_on_the_stride_and_have_few_lengths(span: tuple[Cropping, int, int]) -> None:
    crops, first, last = span

    crop = crops.around(first, last)

    assert crop.start % STRIDE == 0
    assert crop.first_output * STRIDE == crop.start
    assert crop.length in (*crops.lengths, crops.frames)


@given(spans())
def test_no_shorter_crop_would_do(span: tuple[Cropping, int, int]) -> None:
    crops, first, last = span

    crop = crops.around(first, last)

    needed = min(crops.frames, last * STRIDE + crops.radius + 1) - max(
        0, first * STRIDE - crops.radius
    )
    assert all(length < needed + STRIDE for length in crops.lengths if length < crop.length)


def test_a_word_at_the_end_keeps_the_end() -> None:
    crop = RESNET34.around(OUTPUTS - 1, OUTPUTS - 1)

    assert crop.start + crop.length == 998
    assert crop.length < 200


def test_a_whole_window_is_no_crop() -> None:
    assert RESNET34.around(0, OUTPUTS - 1) == Crop(0, 998)


def test_an_output_frame_depends_on_nothing_beyond_the_radius(pipeline: Any) -> None:
    trunk = pipeline._embedding.model_.resnet
    radius = cropping(trunk, 998, 64).radius
    quiet = torch.zeros(1, 998, 80)
    middle = 60 * STRIDE
    loud_outside, loud_at_the_edge = quiet.clone(), quiet.clone()
    loud_outside[:, : middle - radius] = loud_outside[:, middle + radius + 1 :] = 1e3
    loud_at_the_edge[:, middle + radius] = 1e6

    with torch.inference_mode():
        expected, outside, at_the_edge = (
            trunk.forward_frames(features)[..., 60]
            for features in (quiet, loud_outside, loud_at_the_edge)
        )

    assert torch.equal(outside, expected)
    assert not torch.equal(at_the_edge, expected)


@pytest.mark.parametrize(("build", "radius"), [(ResNet34, 112), (ResNet152, 181)])
def test_the_radius_of_published_trunks(build: Any, radius: int) -> None:
    assert cropping(untrained(build, "meta"), 998, 64).radius == radius


def test_a_trunk_of_another_stride_is_never_cropped() -> None:
    trunk = untrained(ResNet34, "meta")
    trunk.layer4[0].conv2.stride = trunk.layer4[0].stride = (1, 1)
    trunk.layer4[0].stride = 1

    assert cropping(trunk, 998, 64).around(60, 60) == Crop(0, 998)


SPANS = [(0, 0), (0, 30), (13, 14), (40, 71), (62, 62), (100, 124), (124, 124), (3, 120)]


def features_of(pipeline: Any, call: Samples) -> torch.Tensor:
    """Of one window, shape (1, frames, mel bins)."""
    chunk = window_of(pipeline, call, 3)[None, None]
    features: torch.Tensor = pipeline._embedding.model_.compute_fbank(chunk)
    return features


def deviations(trunk: Any, features: torch.Tensor) -> list[float]:
    """Between what a trunk says of crops, and of the whole window, where both see enough."""
    crops = cropping(trunk, features.shape[1], 64)
    found = []
    with torch.inference_mode():
        whole = trunk.forward_frames(features)
        for first, last in SPANS:
            crop = crops.around(first, last)
            part = trunk.forward_frames(features[:, crop.start : crop.start + crop.length])
            wanted = part[..., first - crop.first_output : last + 1 - crop.first_output]
            found.append(float((wanted - whole[..., first : last + 1]).abs().max()))
    return found


def test_the_published_trunk_says_of_a_crop_what_it_says_of_the_window(
    pipeline: Any, call: Samples
) -> None:
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(1)
        trunk = untrained(ResNet34, "cpu")

    assert set(deviations(trunk, features_of(pipeline, call))) == {0.0}


def test_a_narrow_trunk_says_the_same_but_for_rounding(pipeline: Any, call: Samples) -> None:
    # A dozen channels and less are convolved by another algorithm where a window is short.
    trunk = pipeline._embedding.model_.resnet

    assert max(deviations(trunk, features_of(pipeline, call))) < 1e-5


def test_less_than_the_receptive_field_would_not_do(pipeline: Any, call: Samples) -> None:
    trunk, features = pipeline._embedding.model_.resnet, features_of(pipeline, call)
    radius = cropping(trunk, 998, 64).radius
    too_narrow = Cropping(998, radius // 2, lengths(998, 8)).around(60, 60)

    with torch.inference_mode():
        whole = trunk.forward_frames(features)[..., 60]
        stop = too_narrow.start + too_narrow.length
        part = trunk.forward_frames(features[:, too_narrow.start : stop])

    assert (part[..., 60 - too_narrow.first_output] - whole).abs().max() > 1e-3
