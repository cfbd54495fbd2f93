"""Our answer to a script, and whether it is stock's to the last bit."""

from typing import Any

import numpy as np

from consumer.core.model import SpeakerTurn
from consumer.diarization.hypothesis import Hypothesis
from consumer.diarization.reconstruction.clustered_speech import ClusteredSpeech
from consumer.diarization.reconstruction.counting import speaker_count
from consumer.diarization.reconstruction.reconstruction import Reconstruction
from consumer.diarization.reconstruction.speaker_naming import nobody
from tests.integration.diarization.reconstruction.scripted_stock import DIMENSION, Script


def said_by_us(script: Script) -> Hypothesis:
    count = speaker_count(script.masks, script.grid)
    if not count.any():
        return nobody(DIMENSION)
    return Reconstruction(script.grid, script.min_duration_off).hypothesis(
        ClusteredSpeech.of(script.masks, script.clusters),
        script.centroids,
        count,
        script.max_speakers or float("inf"),
    )


def assert_same(hypothesis: Hypothesis, stock: Any) -> None:
    assert hypothesis.exclusive is not None
    assert list(hypothesis.turns) == _turns(stock.speaker_diarization)
    assert list(hypothesis.exclusive) == _turns(stock.exclusive_speaker_diarization)
    assert list(hypothesis.speakers) == stock.speaker_diarization.labels()
    assert hypothesis.centroids.dtype == stock.speaker_embeddings.dtype
    np.testing.assert_array_equal(hypothesis.centroids, stock.speaker_embeddings)
    assert {
        "diarization": _serialized(hypothesis.turns),
        "exclusive_diarization": _serialized(hypothesis.exclusive),
    } == stock.serialize()


def _turns(annotation: Any) -> list[SpeakerTurn]:
    return [
        SpeakerTurn(segment.start, segment.end, speaker)
        for segment, _, speaker in annotation.itertracks(yield_label=True)
    ]


def _serialized(turns: tuple[SpeakerTurn, ...]) -> list[dict[str, float | str]]:
    return [
        {"start": round(turn.start, 3), "end": round(turn.end, 3), "speaker": turn.speaker}
        for turn in turns
    ]
