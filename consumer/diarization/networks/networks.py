"""What are the two networks of a pipeline, and how does the engine take them over from stock's?"""

import math
import warnings
from dataclasses import dataclass

import numpy as np
from pyannote.audio.pipelines import SpeakerDiarization

from consumer.diarization.networks.arithmetic import FP32, Arithmetic, Mode
from consumer.diarization.networks.embedding import SpeakerEmbedding
from consumer.diarization.networks.excerpts import Findings, Heard
from consumer.diarization.networks.last_layer import CanonicalRows, LastLayer, RowsOfStock
from consumer.diarization.networks.segmentation import Segmentation
from consumer.diarization.networks.shapes import Shapes
from consumer.diarization.networks.sound import Sound
from consumer.diarization.networks.windows import Windowing


@dataclass(frozen=True, slots=True)
class Networks:
    """The two networks of a pipeline."""

    segmentation: Segmentation
    embedding: SpeakerEmbedding
    rounded_embedding: SpeakerEmbedding | None
    """The same network, faster and less exact."""
    shortest_clean: int | None
    """Frames; speakers who are alone for no longer are embedded with whom they overlap."""
    shapes: Shapes

    def begin(self, sound: Sound) -> Heard:
        """Return a recording of which nothing is known yet."""
        frames, speakers = self.segmentation.frames, self.segmentation.speakers
        unheard = self.embedding.unheard
        return Heard(
            sound,
            self.embedding.features(sound),
            Findings(
                masks=np.zeros((sound.windows, frames, speakers), np.uint8),
                embeddings=np.tile(unheard, (sound.windows, speakers, 1)),
            ),
            missing=sound.windows,
        )


def windowing_of(pipeline: SpeakerDiarization) -> Windowing:
    """Return how a pipeline cuts recordings."""
    inference = pipeline._segmentation
    audio = inference.model.audio
    return Windowing(
        audio.get_num_samples(inference.duration), round(inference.step * audio.sample_rate)
    )


def build_networks(
    pipeline: SpeakerDiarization, shapes: Shapes, arithmetic: Arithmetic = FP32
) -> Networks:
    """Return the networks of a pipeline, to be asked in these shapes and this arithmetic."""
    windowing = windowing_of(pipeline)
    segmentation = Segmentation(
        pipeline._segmentation, windowing, shapes.segmentation, arithmetic.exact
    )

    last_layer = _last_layer(pipeline, shapes)

    def embedding(mode: Mode) -> SpeakerEmbedding:
        network = pipeline._embedding.model_
        return SpeakerEmbedding(network, windowing, segmentation.frames, shapes, last_layer, mode)

    exact = embedding(arithmetic.exact)
    rounded = embedding(arithmetic.rounded) if arithmetic.rounded else None
    shortest_clean = _shortest_clean(pipeline, segmentation, windowing)
    return Networks(segmentation, exact, rounded, shortest_clean, shapes)


def _last_layer(pipeline: SpeakerDiarization, shapes: Shapes) -> LastLayer:
    linear = pipeline._embedding.model_.resnet.seg_1
    if shapes.rows is None:
        return RowsOfStock(linear, pipeline.embedding_batch_size)
    return CanonicalRows(linear, shapes.rows)


def _shortest_clean(
    pipeline: SpeakerDiarization, segmentation: Segmentation, windowing: Windowing
) -> int | None:
    """Return how many frames the embedding network needs at least, as stock finds out."""
    if not pipeline.embedding_exclude_overlap:
        return None
    with warnings.catch_warnings():
        # It is found by trying, and what is too short makes torch warn.
        warnings.simplefilter("ignore")
        fewest_samples: int = pipeline._embedding.min_num_samples
    return math.ceil(segmentation.frames * fewest_samples / windowing.samples)
