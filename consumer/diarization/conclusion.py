"""Who are the speakers of a recording, and when do they speak, after all its windows are heard?"""

from dataclasses import replace
from typing import Any

from pyannote.audio.pipelines import SpeakerDiarization

from consumer.core.model import SAMPLE_RATE, SpeakerBounds
from consumer.diarization.bounds import limits
from consumer.diarization.clustering.evidence import ClusteringEvidence
from consumer.diarization.clustering.question import Question
from consumer.diarization.clustering.scalable import scalable
from consumer.diarization.hypothesis import Hypothesis
from consumer.diarization.networks.excerpts import Findings
from consumer.diarization.networks.windows import Windowing
from consumer.diarization.reconstruction.clustered_speech import ClusteredSpeech
from consumer.diarization.reconstruction.counting import speaker_count
from consumer.diarization.reconstruction.frames import FrameGrid
from consumer.diarization.reconstruction.reconstruction import Reconstruction
from consumer.diarization.reconstruction.speaker_naming import nobody


class Conclusion:
    """The part of a pipeline that sees the whole recording: clustering and turns."""

    def __init__(self, pipeline: SpeakerDiarization, windowing: Windowing) -> None:
        network: Any = pipeline._segmentation.model
        frames = network.receptive_field
        self._cluster = scalable(pipeline.clustering)
        self._grid = FrameGrid(
            duration=frames.duration,
            step=frames.step,
            per_window=network.num_frames(windowing.samples),
            window_duration=windowing.samples / SAMPLE_RATE,
            window_step=windowing.step / SAMPLE_RATE,
        )
        self._reconstruction = Reconstruction(self._grid, pipeline.segmentation.min_duration_off)
        self._has_exclusive = not pipeline.legacy

    def hypothesis(self, findings: Findings, bounds: SpeakerBounds) -> Hypothesis:
        """Conclude from what the networks heard in each window."""
        return self.with_evidence(findings, bounds)[0]

    def with_evidence(
        self, findings: Findings, bounds: SpeakerBounds
    ) -> tuple[Hypothesis, ClusteringEvidence | None]:
        """Conclude, and tell what decided; where nobody speaks there is nothing to decide."""
        found, evidence = self._found(findings, bounds)
        return found if self._has_exclusive else replace(found, exclusive=None), evidence

    def _found(
        self, findings: Findings, bounds: SpeakerBounds
    ) -> tuple[Hypothesis, ClusteringEvidence | None]:
        masks, embeddings = findings.masks, findings.embeddings
        count = speaker_count(masks, self._grid)
        if not count.any():
            return nobody(embeddings.shape[-1]), None
        fewest, most = limits(bounds)
        question = Question.of(embeddings, masks, fewest, most)
        clusters, evidence, centroids = self._cluster(question)
        speech = ClusteredSpeech.of(masks, clusters)
        return self._reconstruction.hypothesis(speech, centroids, count, most), evidence
