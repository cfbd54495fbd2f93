"""Whether the engine answers each recording, alone or in company, and the same each time."""

import gc
import threading
import weakref
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from consumer.core.errors import AudioEmpty, SpeakerBoundsImpossible
from consumer.core.model import CatalogueModel, Diarization, Recording, SpeakerBounds
from consumer.diarization.hypothesis import Hypothesis
from consumer.diarization.loading import Running, load_engine
from tests.fakes.pipeline_configs import Kind
from tests.fakes.speech import silence, waveform
from tests.fakes.steps import diarized, hypotheses

Samples = NDArray[np.float32]
DEMO_MODEL = Path(__file__).parents[3] / "demo" / "model"


def load(directory: Path) -> Any:
    model = CatalogueModel("seeded", "seeded", directory=str(directory))
    return load_engine(model, Running(device="cpu", threads=2))


@pytest.fixture(params=list(Kind))
def engine(request: pytest.FixtureRequest, pipelines: dict[Kind, Path]) -> Iterator[Any]:
    loaded = load(pipelines[request.param])
    yield loaded
    loaded.unload()


def as_bytes(hypothesis: Hypothesis) -> tuple[object, ...]:
    centroids = np.asarray(hypothesis.centroids)
    return (
        hypothesis.turns,
        hypothesis.exclusive,
        hypothesis.speakers,
        centroids.dtype,
        centroids.tobytes(),
    )


def heard(engine: Any, *recordings: Recording) -> list[tuple[object, ...]]:
    return [as_bytes(hypothesis) for hypothesis in hypotheses(engine, recordings)]


def test_five_runs_are_one_answer(engine: Any, call: Samples) -> None:
    recording = Recording(waveform(call))

    runs = [heard(engine, recording) for _ in range(5)]

    assert runs == runs[:1] * 5
    assert len(hypotheses(engine, [recording])[0].turns) > 10


def test_answers_stand_in_the_order_of_recordings_of_any_length(engine: Any, call: Samples) -> None:
    recordings = [
        Recording(waveform(call[start : start + length]))
        for start, length in ((0, 400_000), (50_000, 1_600), (90_000, 160_001), (0, 16_000))
    ]
    alone = [heard(engine, recording)[0] for recording in recordings]

    assert heard(engine, *recordings) == alone
    assert heard(engine, *recordings[::-1]) == alone[::-1]
    assert len(set(alone)) == 4


def test_what_cannot_be_answered_stands_in_its_place(engine: Any, call: Samples) -> None:
    good = Recording(waveform(call[:80_000]))
    impossible = Recording(good.waveform, SpeakerBounds(min_speakers=3, max_speakers=2))

    answers = diarized(engine, [Recording(silence(0)), good, impossible, good])

    assert isinstance(answers[0], AudioEmpty)
    assert isinstance(answers[2], SpeakerBoundsImpossible)
    assert answers[1] == answers[3]
    assert isinstance(answers[1], Diarization)
    assert all(
        isinstance(answer, AudioEmpty) for answer in diarized(engine, [Recording(silence(0))])
    )


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf, 1e30])
def test_samples_that_no_microphone_makes_spoil_no_turn_and_no_neighbour(
    engine: Any, call: Samples, value: float
) -> None:
    samples = call.copy()
    samples[200_000:200_100] = value
    good = Recording(waveform(call))

    answers = diarized(engine, [good, Recording(waveform(samples)), good])

    assert answers[0] == answers[2] == diarized(engine, [good])[0]
    for turns in (answers[1].turns, answers[1].exclusive):
        assert all(0 <= turn.start < turn.end <= 30 for turn in turns)


def test_nothing_but_nan_has_no_turns(engine: Any) -> None:
    nothing = np.full(200_000, np.nan, np.float32)

    (answer,) = diarized(engine, [Recording(waveform(nothing))])

    assert answer.turns == ()


@pytest.mark.parametrize("share", [0.3, 1.0])
def test_voices_that_came_out_as_nan_spoil_no_turn(
    engine: Any, call: Samples, monkeypatch: pytest.MonkeyPatch, share: float
) -> None:
    from consumer.diarization.networks.embedding import SpeakerEmbedding

    embed = SpeakerEmbedding.__call__
    random = np.random.default_rng(0)

    def failing(network: SpeakerEmbedding, excerpts: Any) -> Any:
        rows = embed(network, excerpts).copy()
        rows[random.random(rows.shape[:2]) < share] = np.nan
        return rows

    monkeypatch.setattr(SpeakerEmbedding, "__call__", failing)

    (answer,) = diarized(engine, [Recording(waveform(call))])

    assert answer.turns
    assert all(0 <= turn.start < turn.end <= 30 for turn in answer.turns)


def test_an_unloaded_engine_leaves_neither_threads_nor_networks(
    pipelines: dict[Kind, Path], call: Samples
) -> None:
    before = set(threading.enumerate())
    engine = load(pipelines[Kind.VBX])
    diarized(engine, [Recording(waveform(call[:240_000]))])
    networks = [
        weakref.ref(engine._networks.segmentation._network),
        weakref.ref(engine._networks.embedding._network),
    ]
    assert set(threading.enumerate()) > before

    engine.unload()

    gc.collect()
    for thread in set(threading.enumerate()) - before:
        thread.join(10)
    assert set(threading.enumerate()) == before
    assert [network() for network in networks] == [None, None]


def test_clustering_that_goes_on_keeps_no_network_on_the_device(
    pipelines: dict[Kind, Path], call: Samples, monkeypatch: pytest.MonkeyPatch
) -> None:
    from consumer.diarization.conclusion import Conclusion

    may_go_on = threading.Event()
    hypothesis = Conclusion.hypothesis

    def slow(*arguments: Any) -> Hypothesis:
        assert may_go_on.wait(60)
        return hypothesis(*arguments)

    monkeypatch.setattr(Conclusion, "hypothesis", slow)
    engine = load(pipelines[Kind.VBX])
    network = weakref.ref(engine._networks.embedding._network)
    conclusions = [
        conclude
        for step in engine.hypothesize([Recording(waveform(call[:240_000]))])
        for _, conclude in step
    ]

    engine.unload()

    gc.collect()
    assert network() is None
    may_go_on.set()
    assert conclusions[0]().turns


def test_an_unloaded_engine_can_be_unloaded_again_and_not_be_asked(
    pipelines: dict[Kind, Path], call: Samples
) -> None:
    engine = load(pipelines[Kind.VBX])
    engine.unload()
    engine.unload()

    with pytest.raises(ValueError, match="the model was unloaded"):
        diarized(engine, [Recording(waveform(call))])


@pytest.mark.usefixtures("muted")
@pytest.mark.parametrize("seconds", [3, 30])
def test_a_legacy_pipeline_has_no_exclusive_turns_of_speech_or_silence(
    call: Samples, seconds: int
) -> None:
    from pyannote.audio import Pipeline

    from consumer.diarization.engine import Engine

    pipeline: Any = Pipeline.from_pretrained(DEMO_MODEL)
    pipeline.legacy = True
    engine: Any = Engine(pipeline, threads=1)

    speech, quiet = diarized(engine, [Recording(waveform(call)), Recording(silence(seconds))])

    assert speech.turns
    assert not quiet.turns
    assert (speech.exclusive, quiet.exclusive) == (None, None)


def test_batches_that_take_turns_say_what_they_say_alone(engine: Any, call: Samples) -> None:
    batches = [[Recording(waveform(call))], [Recording(waveform(call[80_000:]))] * 2]
    alone = [diarized(engine, batch) for batch in batches]
    steps = [engine.diarize(batch) for batch in batches]
    together: list[dict[int, Any]] = [{}, {}]

    while steps_left := [n for n, one in enumerate(steps) if len(together[n]) < len(batches[n])]:
        for number in steps_left:
            together[number].update(next(steps[number]))

    for batch, answers in zip(together, alone, strict=True):
        assert [batch[number]() for number in sorted(batch)] == answers


def test_a_batch_that_is_given_up_leaves_the_engine_to_the_next(engine: Any, call: Samples) -> None:
    recordings = [Recording(waveform(call))]
    steps = engine.diarize(recordings)
    next(steps)
    next(steps)
    steps.close()

    (answer,) = diarized(engine, recordings)

    assert answer.turns
