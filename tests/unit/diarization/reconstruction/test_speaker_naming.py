"""Whether every speaker has a name, and every name its own voice."""

from tests.conftest import needs

needs("pyannote.core", tests="the naming of speakers")

import numpy as np
from pyannote.core import Annotation, Segment

from consumer.core.model import SpeakerTurn
from consumer.diarization.reconstruction.speaker_naming import name, nobody

VOICES = np.arange(11.0)[:, None]


def turns_of(*clusters: int) -> Annotation:
    """One turn of a second for each cluster."""
    annotation = Annotation()
    for second, cluster in enumerate(clusters):
        annotation[Segment(second, second + 1), "A"] = cluster
    return annotation


def test_speakers_are_named_in_the_order_of_their_clusters_as_text() -> None:
    hypothesis = name(turns_of(2, 10), turns_of(2), VOICES)

    assert hypothesis.turns == (
        SpeakerTurn(0, 1, "SPEAKER_01"),
        SpeakerTurn(1, 2, "SPEAKER_00"),
    )
    assert hypothesis.exclusive == (SpeakerTurn(0, 1, "SPEAKER_01"),)


def test_each_name_has_the_voice_of_its_cluster() -> None:
    hypothesis = name(turns_of(2, 10), turns_of(), VOICES)

    assert hypothesis.speakers == ("SPEAKER_00", "SPEAKER_01")
    assert hypothesis.centroids.tolist() == [[10.0], [2.0]]


def test_a_cluster_without_a_voice_gets_zeros() -> None:
    hypothesis = name(turns_of(0, 3), turns_of(), VOICES[1:3])

    assert hypothesis.centroids.tolist() == [[1.0], [0.0]]


def test_where_nobody_has_a_turn_there_are_no_voices() -> None:
    unheard = name(turns_of(), turns_of(), VOICES)

    assert unheard.speakers == nobody(1).speakers == ()
    assert unheard.centroids.shape == nobody(1).centroids.shape == (0, 1)
