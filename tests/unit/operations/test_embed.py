"""What becomes of the ranges of an `embed` job, and of the voices in them."""

import weakref
from array import array
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import schemas
from consumer.core.errors import AudioEmpty, JobError, OutOfMemory, RangeImpossible
from consumer.core.model import CatalogueModel, Waveform
from consumer.core.ports import Answer
from consumer.core.work import Prepared
from consumer.operations.embed import LONGEST_PART_SAMPLES, Embed, EmbeddingModel, excerpts
from schemas.codec import decode_stored
from schemas.embedding import EmbedParams, EmbedResult
from schemas.time_range import TimeRange
from tests.fakes.audio import waveform
from tests.fakes.embedder import FakeEmbedder
from tests.fakes.jobs import prepared, task
from tests.fakes.steps import answers_of

EXAMPLES = Path(schemas.__path__[0]) / "examples"
Range = tuple[float, float]


def asked(seconds: float, *ranges: Range, job_id: str = "call-1") -> Prepared:
    listed = [{"start": start, "end": end} for start, end in ranges]
    params: dict[str, Any] = {"ranges": listed} if ranges else {}
    return prepared(task(operation="embed", params=params, job_id=job_id), seconds)


def answers(*batch: Prepared, embedder: FakeEmbedder | None = None) -> list[Answer | JobError]:
    return answers_of(EmbeddingModel(embedder or FakeEmbedder()).run(batch), len(batch))


def result(one: Prepared, embedder: FakeEmbedder | None = None) -> EmbedResult:
    (answer,) = answers(one, embedder=embedder)
    assert isinstance(answer, Answer)
    assert isinstance(answer.result, EmbedResult)
    return answer.result


def warned(one: Prepared) -> list[tuple[str, str]]:
    (answer,) = answers(one)
    assert isinstance(answer, Answer)
    return [(warning.code, warning.message) for warning in answer.warnings]


def test_without_ranges_all_of_the_recording_is_one_voiceprint() -> None:
    (voice,) = result(asked(2.5)).embeddings

    assert (voice.start, voice.end, voice.vector) == (0.0, 2.5, (0.5, 40_000.0))


def test_every_range_has_its_voiceprint_in_its_place() -> None:
    found = result(asked(9.0, (5, 6), (0, 9), (5, 5.5)))

    assert found.dimension == 2
    assert [(voice.start, voice.end) for voice in found.embeddings] == [(5, 6), (0, 9), (5, 5.5)]
    assert [voice.vector for voice in found.embeddings] == [
        (0.5, 16_000.0),
        (0.5, 144_000.0),
        (0.5, 8_000.0),
    ]


def test_a_range_that_is_too_short_has_no_vector_and_says_so() -> None:
    one = asked(2.0, (0, 1), (1, 1.05))

    assert [voice.vector is None for voice in result(one).embeddings] == [False, True]
    assert warned(one) == [("range_impossible", "embeddings[1]: too short for a voice")]


def test_a_recording_that_is_too_short_has_no_vector_and_says_so() -> None:
    one = asked(0.05)

    assert result(one).embeddings[0].vector is None
    assert warned(one) == [("range_impossible", "embeddings[0]: too short for a voice")]


def test_a_range_beyond_the_end_is_cut_there_and_says_so() -> None:
    one = asked(2.0, (0, 1), (1, 2), (1.5, 2.001))

    assert [voice.end for voice in result(one).embeddings] == [1, 2, 2]
    assert warned(one) == [("range_impossible", "embeddings[2]: cut at the end of the audio")]


def test_a_warning_about_many_ranges_stays_readable() -> None:
    ((_, message),) = warned(asked(1.0, *[(0.5, 0.51)] * 40))

    assert message.endswith("[8], embeddings[9] and 30 more: too short for a voice")


def test_a_range_that_begins_at_the_end_fails_the_job_and_nobody_else() -> None:
    wrong = asked(2.0, (0, 1), (2, 3), (2000, 3000))

    found = answers(asked(1.0), wrong, asked(1.0))

    assert isinstance(found[0], Answer)
    assert isinstance(found[1], RangeImpossible)
    assert str(found[1]).startswith("params.ranges[1], params.ranges[2]: to begin where")
    assert isinstance(found[2], Answer)


def test_nothing_can_be_heard_in_less_than_a_millisecond() -> None:
    (found,) = answers(asked(0.0004))

    assert isinstance(found, AudioEmpty)


def test_a_long_range_is_the_mean_of_equal_parts() -> None:
    embedder = FakeEmbedder()

    (voice,) = result(asked(150.0), embedder).embeddings

    assert embedder.heard == [800_000] * 3
    assert voice.vector == (0.5, 800_000.0)


def test_others_may_take_their_turn_after_every_part() -> None:
    steps = EmbeddingModel(FakeEmbedder()).run([asked(150.0), asked(1.0, (0, 0.5), (0.5, 1))])

    assert [[number for number, _ in step] for step in steps] == [[], [], [], [0], [], [], [1]]


def test_what_does_not_fit_is_for_the_device_to_mend() -> None:
    embedder = FakeEmbedder(32_000, OutOfMemory("full"))

    with pytest.raises(OutOfMemory):
        answers(asked(1.0), asked(2.0), embedder=embedder)


def test_there_is_no_other_format() -> None:
    stored = decode_stored((EXAMPLES / "stored-embed.json").read_bytes())

    with pytest.raises(ValueError, match="embed has no format 'rttm'"):
        Embed(lambda _: FakeEmbedder()).render("rttm", stored)


def test_the_model_is_loaded_and_given_back() -> None:
    embedder = FakeEmbedder()

    Embed(lambda _: embedder).load(CatalogueModel("m", "m")).unload()

    assert embedder.unloaded


def test_samples_are_free_when_their_recording_is_told_of() -> None:
    """The batch goes on, and whoever counts samples counts these as gone."""
    batch = [asked(2.0), asked(3.0)]
    samples = weakref.ref(batch[0].waveform.samples)
    steps = EmbeddingModel(FakeEmbedder()).run(batch)
    ((number, conclude),) = next(step for step in steps if step)

    batch[number] = batch[1]

    assert samples() is None
    assert isinstance(conclude(), Answer)


def counted(samples: int) -> Waveform:
    """Every sample is its own number."""
    return waveform([float(number) for number in range(samples)])


@given(st.integers(8, 4000))
def test_no_sample_of_a_recording_is_lost(samples: int) -> None:
    (whole,) = excerpts(EmbedParams(), counted(samples))
    (named,) = excerpts(
        EmbedParams(ranges=(TimeRange(start=0, end=whole.span.end),)), counted(samples)
    )

    for excerpt in (whole, named):
        assert [number for part in excerpt.parts for number in part] == list(range(samples))
        assert not excerpt.span.is_cut


@given(st.integers(8, 5 * LONGEST_PART_SAMPLES))
def test_parts_are_few_equal_and_bounded(samples: int) -> None:
    recording = Waveform(memoryview(array("f", bytes(4 * samples))))

    (excerpt,) = excerpts(EmbedParams(), recording)
    lengths = [len(part) for part in excerpt.parts]

    assert sum(lengths) == samples
    assert max(lengths) <= LONGEST_PART_SAMPLES
    assert max(lengths) - min(lengths) <= 1
    assert len(lengths) == -(-samples // LONGEST_PART_SAMPLES)


@given(st.lists(st.integers(0, 2000), min_size=2, max_size=10, unique=True).map(sorted))
def test_ranges_that_touch_share_no_sample_and_leave_none_out(borders: list[int]) -> None:
    ranges = tuple(
        TimeRange(start=first / 1000, end=last / 1000) for first, last in pairwise(borders)
    )

    found = excerpts(EmbedParams(ranges=ranges), counted(33_000))
    heard = [number for excerpt in found for part in excerpt.parts for number in part]

    assert heard == list(range(16 * borders[0], 16 * borders[-1]))
