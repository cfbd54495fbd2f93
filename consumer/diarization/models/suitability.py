"""Does the engine know everything that a pipeline asks for?

What it does not know, stock runs: an answer is never guessed.
"""

from collections.abc import Iterator
from typing import Any

from pyannote.audio.core.task import Resolution, Specifications
from pyannote.audio.models.embedding.wespeaker import BaseWeSpeakerResNet
from pyannote.audio.pipelines import SpeakerDiarization
from pyannote.audio.pipelines.clustering import (
    AgglomerativeClustering,
    BaseClustering,
    VBxClustering,
)
from pyannote.audio.pipelines.speaker_verification import PyannoteAudioPretrainedSpeakerEmbedding

from consumer.core.model import SAMPLE_RATE


def reasons_for_stock(pipeline: SpeakerDiarization) -> list[str]:
    """Return what of a pipeline the engine does not know; empty: it gives the same turns."""
    return [
        *_of_segmentation(pipeline._segmentation.model.specifications),
        *_of_windows(pipeline),
        *_of_embedding(pipeline),
        *_of_clustering(pipeline.clustering),
    ]


def _of_segmentation(
    specifications: Specifications | tuple[Specifications, ...],
) -> Iterator[str]:
    if isinstance(specifications, tuple):
        yield "the segmentation network has several tasks"
    elif not specifications.powerset or specifications.resolution != Resolution.FRAME:
        yield "the segmentation network is no powerset one"


def _of_windows(pipeline: SpeakerDiarization) -> Iterator[str]:
    step = pipeline._segmentation.step * SAMPLE_RATE
    rates = {pipeline._segmentation.model.audio.sample_rate, pipeline._embedding.sample_rate}
    if rates != {SAMPLE_RATE}:
        yield f"the networks were not trained on {SAMPLE_RATE} Hz"
    elif step != round(step):
        yield "windows do not begin on samples"


def _of_embedding(pipeline: SpeakerDiarization) -> Iterator[str]:
    if not isinstance(pipeline._embedding, PyannoteAudioPretrainedSpeakerEmbedding):
        yield "the embedding network is not of pyannote.audio"
        return
    network = pipeline._embedding.model_
    if not isinstance(network, BaseWeSpeakerResNet):
        yield f"the embedding network is a {type(network).__name__}"
        return
    parameters: Any = network.hparams
    trunk: Any = network.resnet
    if parameters.fbank_centering_span is not None:
        yield "features are centred on a part of a window"
    if parameters.dither:
        yield "features are dithered, so that no two answers are alike"
    if parameters.use_energy or not parameters.snip_edges:
        yield "features are not those of 25 milliseconds each, one for each mel bin"
    if round(pipeline._segmentation.step * 1e6) % round(parameters.frame_shift * 1e3):
        yield "windows do not begin on feature frames"
    if trunk.two_emb_layer:
        yield "the embedding network ends in two layers"


def _of_clustering(clustering: BaseClustering) -> Iterator[str]:
    if isinstance(clustering, VBxClustering):
        known = clustering.metric == "cosine"
    elif isinstance(clustering, AgglomerativeClustering):
        known = (clustering.metric, clustering.method) == ("cosine", "centroid")
    else:
        known = False
    if not known:
        yield f"the clustering is {type(clustering).__name__} of a kind that is not known"
