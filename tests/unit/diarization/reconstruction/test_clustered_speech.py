"""Whether local speakers speak for their cluster, once each moment."""

from tests.conftest import needs

needs("numpy", tests="the clusters of local speakers")

import numpy as np

from consumer.diarization.clustering.evidence import NOBODY
from consumer.diarization.reconstruction.clustered_speech import ClusteredSpeech


def test_those_who_say_nothing_belong_to_no_cluster() -> None:
    masks = np.array([[[1, 0], [0, 0]], [[0, 0], [1, 1]]], np.uint8)

    speech = ClusteredSpeech.of(masks, np.array([[0, 3], [1, 0]]))

    assert speech.clusters.tolist() == [[0, NOBODY], [1, 0]]
    assert speech.number == 2


def test_clustering_keeps_its_own_array() -> None:
    clusters = np.array([[0, 3]])

    ClusteredSpeech.of(np.zeros((1, 5, 2), np.uint8), clusters)

    assert clusters.tolist() == [[0, 3]]


def test_where_nobody_belongs_to_a_cluster_there_are_none() -> None:
    speech = ClusteredSpeech.of(np.ones((1, 5, 1), np.uint8), np.array([[NOBODY]]))

    assert speech.number == 0


def test_two_local_speakers_of_one_cluster_are_one_voice() -> None:
    masks = np.array([[[1, 1, 1], [1, 0, 1], [0, 1, 1], [0, 0, 1]]], np.uint8)

    one_voice = ClusteredSpeech.of(masks, np.array([[2, 2, 2]])).votes(slice(0, 1))
    three_voices = ClusteredSpeech.of(masks, np.array([[2, 1, 0]])).votes(slice(0, 1))

    assert one_voice.sum(axis=1).tolist() == [[1, 1, 1, 1]]
    assert three_voices.sum(axis=1).tolist() == [[3, 2, 2, 1]]
