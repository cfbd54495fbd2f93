"""How do the networks of a stock pipeline become those of the engine?"""

import math

from pyannote.audio.pipelines import SpeakerDiarization

from consumer.diarization.networks.embedding import SpeakerEmbedding
from consumer.diarization.networks.listening import Networks
from consumer.diarization.networks.segmentation import Segmentation
from consumer.diarization.networks.shapes import Shapes
from consumer.diarization.networks.windows import Windowing


def windowing_of(pipeline: SpeakerDiarization) -> Windowing:
    """Return how a pipeline cuts recordings."""
    inference = pipeline._segmentation
    audio = inference.model.audio
    return Windowing(
        audio.get_num_samples(inference.duration), round(inference.step * audio.sample_rate)
    )


def build_networks(pipeline: SpeakerDiarization, shapes: Shapes) -> Networks:
    """Return the networks of a pipeline, to be asked in these shapes."""
    windowing = windowing_of(pipeline)
    segmentation = Segmentation(pipeline._segmentation, windowing, shapes.segmentation)
    network = pipeline._embedding.model_
    embedding = SpeakerEmbedding(network, windowing, segmentation.frames, shapes)
    return Networks(
        segmentation, embedding, _shortest_clean(pipeline, segmentation, windowing), shapes
    )


def _shortest_clean(
    pipeline: SpeakerDiarization, segmentation: Segmentation, windowing: Windowing
) -> int | None:
    """Return how many frames the embedding network needs at least, as stock finds out."""
    if not pipeline.embedding_exclude_overlap:
        return None
    fewest_samples: int = pipeline._embedding.min_num_samples
    return math.ceil(segmentation.frames * fewest_samples / windowing.samples)
