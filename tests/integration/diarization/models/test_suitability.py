"""Whether stock runs what the engine does not know, with a word about why."""

import logging
import shutil
import warnings
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from consumer.core.model import CatalogueModel, Diarization, Recording
from consumer.diarization.loading import Running, load_engine
from tests.fakes.pipeline_configs import Kind
from tests.fakes.speech import silence
from tests.fakes.steps import diarized

Alter = Callable[[Any], None]


@pytest.fixture
def pipeline(pipelines: dict[Kind, Path]) -> Any:
    """A pipeline of the test's own, to be altered."""
    return opened(pipelines[Kind.CENTROID_LINKAGE])


def opened(directory: Path) -> Any:
    from pyannote.audio import Pipeline

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return Pipeline.from_pretrained(directory)


def reasons(pipeline: Any) -> list[str]:
    from consumer.diarization.models.suitability import reasons_for_stock

    return reasons_for_stock(pipeline)


def several_tasks(pipeline: Any) -> None:
    model = pipeline._segmentation.model
    model.specifications = (model.specifications, model.specifications)


def several_labels_at_once(pipeline: Any) -> None:
    model = pipeline._segmentation.model
    model.specifications = replace(model.specifications, powerset_max_classes=None)


def other_clustering(pipeline: Any) -> None:
    from pyannote.audio.pipelines.clustering import KMeansClustering

    pipeline.clustering = KMeansClustering()


def other_embedding(pipeline: Any) -> None:
    from pyannote.audio.models.embedding import XVectorSincNet

    pipeline._embedding.model_ = XVectorSincNet()


def foreign_embedding(pipeline: Any) -> None:
    pipeline._embedding = type("SpeechBrain", (), {"sample_rate": 16_000})()


def telephone_embedding(pipeline: Any) -> None:
    pipeline._embedding.sample_rate = 8_000


def two_layers(pipeline: Any) -> None:
    pipeline._embedding.model_.resnet.two_emb_layer = True


def step(seconds: float) -> Alter:
    def alter(pipeline: Any) -> None:
        pipeline._segmentation.step = seconds

    return alter


def feature(name: str, value: object) -> Alter:
    def alter(pipeline: Any) -> None:
        pipeline._embedding.model_.hparams[name] = value

    return alter


def clustered_by(name: str, value: str) -> Alter:
    def alter(pipeline: Any) -> None:
        setattr(pipeline.clustering, name, value)

    return alter


@pytest.mark.parametrize(
    ("alter", "reason"),
    [
        (several_tasks, "the segmentation network has several tasks"),
        (several_labels_at_once, "the segmentation network is no powerset one"),
        (telephone_embedding, "not trained on 16000 Hz"),
        (step(1.0000001), "windows do not begin on samples"),
        (step(0.0125), "windows do not begin on feature frames"),
        (foreign_embedding, "the embedding network is not of pyannote.audio"),
        (other_embedding, "the embedding network is a XVectorSincNet"),
        (feature("fbank_centering_span", 3.0), "centred on a part of a window"),
        (feature("dither", 1.0), "features are dithered"),
        (feature("use_energy", True), "features are not those of 25 milliseconds"),
        (feature("snip_edges", False), "features are not those of 25 milliseconds"),
        (two_layers, "ends in two layers"),
        (clustered_by("method", "average"), "the clustering is AgglomerativeClustering"),
        (clustered_by("metric", "euclidean"), "the clustering is AgglomerativeClustering"),
        (other_clustering, "the clustering is KMeansClustering"),
    ],
)
def test_what_the_engine_does_not_know_is_named(pipeline: Any, alter: Alter, reason: str) -> None:
    alter(pipeline)

    (found,) = reasons(pipeline)
    assert reason in found


@pytest.mark.parametrize("kind", Kind)
def test_what_is_published_speaks_for_the_engine(pipelines: dict[Kind, Path], kind: Kind) -> None:
    assert reasons(opened(pipelines[kind])) == []


def test_every_reason_is_given(pipeline: Any) -> None:
    for alter in (several_tasks, feature("dither", 1.0), clustered_by("method", "ward")):
        alter(pipeline)

    assert len(reasons(pipeline)) == 3


def test_stock_answers_for_a_model_that_the_engine_does_not_know(
    pipelines: dict[Kind, Path], tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    directory = shutil.copytree(pipelines[Kind.CENTROID_LINKAGE], tmp_path / "model")
    config = directory / "config.yaml"
    config.write_text(config.read_text().replace("method: centroid", "method: average"))
    model = CatalogueModel("meetings", "meetings", directory=str(directory))

    with caplog.at_level(logging.WARNING, "turnstream.worker"):
        diarizer = load_engine(model, Running(device="cpu", threads=1))

    from consumer.diarization.stock import StockDiarizer

    assert isinstance(diarizer, StockDiarizer)
    (warning,) = caplog.records
    assert vars(warning)["model"] == "meetings"
    assert "AgglomerativeClustering" in vars(warning)["reasons"]
    (answer,) = diarized(diarizer, [Recording(silence(1.0))])
    assert isinstance(answer, Diarization)
