"""What everybody may rely on who holds an `Embedder`, the fake as well as the real one."""

from math import isfinite

import numpy as np
import pytest

from consumer.operations.embed import LONGEST_PART_SAMPLES, Embedder
from tests.fakes.speech import silence, waveform


def noise(samples: int) -> memoryview:
    generator = np.random.default_rng(samples)
    return waveform(generator.standard_normal(samples, dtype=np.float32)).samples


@pytest.mark.parametrize("samples", [0, 1, 399, 400, 800])
def test_in_too_little_no_voice_is_heard(embedder: Embedder, samples: int) -> None:
    assert embedder.embed(noise(samples)) is None


@pytest.mark.parametrize("samples", [8_000, 16_001, LONGEST_PART_SAMPLES])
def test_a_voice_has_the_dimension_that_is_said(embedder: Embedder, samples: int) -> None:
    vector = embedder.embed(noise(samples))

    assert vector is not None
    assert len(vector) == embedder.dimension
    assert all(isfinite(number) for number in vector)


def test_silence_has_a_vector_too(embedder: Embedder) -> None:
    assert embedder.embed(silence(1.0).samples) is not None


def test_the_same_samples_have_the_same_vector(embedder: Embedder) -> None:
    first = embedder.embed(noise(20_000))
    embedder.embed(noise(30_000))

    assert embedder.embed(noise(20_000)) == first
