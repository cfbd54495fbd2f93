"""Voiceprints against what stock pyannote.audio says of the same excerpt, to the last bit."""

import shutil
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from consumer.core.errors import ModelUnavailable
from consumer.core.model import SAMPLE_RATE, CatalogueModel
from consumer.diarization.loading import Running
from consumer.diarization.models.digest import directory_digest
from consumer.diarization.voiceprint_loading import load_embedder
from consumer.operations.embed import LONGEST_PART_SAMPLES, Embedder
from demo.diarizer import MODEL
from tests.fakes.speech import meeting, waveform

Samples = NDArray[np.float32]

CPU = Running(device="cpu", threads=1)


def load(directory: Path, sha256: str | None = None) -> Embedder:
    return load_embedder(CatalogueModel("m", "m", directory=str(directory), sha256=sha256), CPU)


@pytest.fixture(scope="module")
def embedder(muted: None) -> Embedder:
    return load(MODEL)


@pytest.fixture(scope="module")
def stock(muted: None) -> Any:
    """What stock gives a user who asks it for one embedding of a whole excerpt."""
    from pyannote.audio import Inference, Model

    network = Model.from_pretrained(MODEL / "embedding")
    assert network is not None
    return Inference(network, window="whole")


@pytest.fixture
def bare(tmp_path: Path) -> Path:
    """A directory with nothing but the embedding network."""
    return shutil.copytree(MODEL / "embedding", tmp_path / "bare")


def stock_vector(stock: Any, samples: Samples) -> list[float]:
    from torch import from_numpy

    sound = from_numpy(samples.copy())[None]
    vector: list[float] = stock({"waveform": sound, "sample_rate": SAMPLE_RATE}).tolist()
    return vector


def heard(embedder: Embedder, samples: Samples) -> list[float]:
    vector = embedder.embed(waveform(samples).samples)
    assert vector is not None
    return list(vector)


@pytest.mark.parametrize("seconds", [0.105, 0.5, 1.0, 3.0, 7.321, 30.0])
@pytest.mark.parametrize("start", [0.0, 11.017])
def test_an_excerpt_has_the_very_vector_of_stock(
    embedder: Embedder, stock: Any, start: float, seconds: float
) -> None:
    first = round(start * SAMPLE_RATE)
    excerpt = meeting("dev00", 60)[first : first + round(seconds * SAMPLE_RATE)]

    assert heard(embedder, excerpt) == stock_vector(stock, excerpt)


def test_the_longest_part_has_the_very_vector_of_stock(
    embedder: Embedder, stock: Any, call: Samples
) -> None:
    longest = np.tile(call, 2)[:LONGEST_PART_SAMPLES]

    assert heard(embedder, longest) == stock_vector(stock, longest)


def test_too_short_is_where_stock_has_no_numbers(
    embedder: Embedder, stock: Any, call: Samples
) -> None:
    """Two frames after the trunk: below, a deviation does not exist."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        below, enough = stock_vector(stock, call[:1679]), stock_vector(stock, call[:1680])

    assert np.isnan(below).any()
    assert embedder.embed(waveform(call[:1679]).samples) is None
    assert heard(embedder, call[:1680]) == enough


def test_the_nearest_voice_is_the_same_speaker_s(embedder: Embedder) -> None:
    from demo.evaluate import CONVERSATION
    from demo.sound import read_waveform

    sound = read_waveform(CONVERSATION)
    turns = [
        (line.split()[7], float(line.split()[3]), float(line.split()[4]))
        for line in CONVERSATION.with_suffix(".rttm").read_text("utf-8").splitlines()
    ]
    long_ones = [turn for turn in turns if turn[2] >= 3]
    vectors = np.array(
        [
            heard(embedder, sound[round(start * SAMPLE_RATE) :][: round(seconds * SAMPLE_RATE)])
            for _, start, seconds in long_ones
        ]
    )

    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    nearest = (vectors @ vectors.T - 2 * np.eye(len(vectors))).argmax(axis=1)

    assert [long_ones[number][0] for number in nearest] == [turn[0] for turn in long_ones]


def test_a_bare_network_is_the_same_as_within_its_pipeline(
    embedder: Embedder, bare: Path, call: Samples
) -> None:
    alone = load(bare, sha256=directory_digest(bare))

    assert heard(alone, call) == heard(embedder, call)


def test_a_pipeline_is_checked_as_a_whole(tmp_path: Path, call: Samples) -> None:
    pipeline = shutil.copytree(MODEL, tmp_path / "pipeline")
    pinned = directory_digest(pipeline)
    assert heard(load(pipeline, sha256=pinned), call)
    (pipeline / "plda" / "plda.npz").write_bytes(b"")

    with pytest.raises(ModelUnavailable, match=f"the catalogue says {pinned}"):
        load(pipeline, sha256=pinned)


def test_a_bare_network_that_was_tampered_with_is_never_opened(bare: Path) -> None:
    with pytest.raises(ModelUnavailable, match="not those the catalogue pins"):
        load(bare, sha256="0" * 64)


def test_a_network_of_another_kind_is_refused() -> None:
    with pytest.raises(ModelUnavailable, match="PyanNet is no embedding network"):
        load(MODEL / "segmentation")


def test_a_broken_checkpoint_is_no_reason_to_die(bare: Path) -> None:
    (bare / "pytorch_model.bin").write_bytes(b"not a checkpoint")

    with pytest.raises(ModelUnavailable, match="files of the model cannot be opened"):
        load(bare)


def test_what_is_neither_pipeline_nor_network_is_named(tmp_path: Path) -> None:
    with pytest.raises(ModelUnavailable, match="is no pipeline directory"):
        load(tmp_path)


def test_an_unloaded_network_is_freed(bare: Path, call: Samples) -> None:
    import gc

    from consumer.diarization.narrow_resnet import NarrowWeSpeakerResNet

    def alive() -> int:
        return sum(type(each) is NarrowWeSpeakerResNet for each in gc.get_objects())

    before = alive()
    embedder = load(bare)
    heard(embedder, call)
    assert alive() == before + 1

    embedder.unload()

    assert alive() == before
    with pytest.raises(ValueError, match="was unloaded"):
        embedder.embed(waveform(call).samples)
