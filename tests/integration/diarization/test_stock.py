"""Whether the port gives stock's own answers, and an answer where stock has none."""

import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from consumer.core.errors import AudioEmpty, SpeakerBoundsImpossible
from consumer.core.model import CatalogueModel, Diarization, Recording, SpeakerBounds
from consumer.core.ports import Diarizer
from consumer.diarization.loading import Running, load_stock
from consumer.diarization.turns import overlap, speakers_of
from tests.fakes.pipeline_configs import Kind
from tests.fakes.speech import meeting, silence, waveform
from tests.fakes.steps import diarized

Samples = NDArray[np.float32]
Turns = list[tuple[float, float, str]]


@pytest.fixture(scope="module", params=list(Kind))
def directory(request: pytest.FixtureRequest, pipelines: dict[Kind, Path]) -> Path:
    return pipelines[request.param]


@pytest.fixture(scope="module")
def diarizer(directory: Path) -> Diarizer:
    model = CatalogueModel("seeded", "seeded", directory=str(directory))
    return load_stock(model, Running(device="cpu"))


@pytest.fixture(scope="module")
def stock(directory: Path) -> Any:
    """The pipeline as pyannote itself loads and runs it."""
    from pyannote.audio import Pipeline

    return Pipeline.from_pretrained(directory)


def ask_stock(stock: Any, samples: Samples, bounds: SpeakerBounds) -> dict[str, Turns]:
    import torch

    file = {"waveform": torch.from_numpy(samples.copy())[None], "sample_rate": 16_000}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        answer = stock(
            file,
            num_speakers=bounds.num_speakers,
            min_speakers=bounds.min_speakers,
            max_speakers=bounds.max_speakers,
        )
    seconds = len(samples) / 16_000
    return {
        name: sorted(
            (turn["start"], min(turn["end"], seconds), turn["speaker"])
            for turn in turns
            if turn["start"] < seconds
        )
        for name, turns in answer.serialize().items()
    }


def ask(diarizer: Diarizer, *recordings: Recording) -> list[Diarization]:
    answers = diarized(diarizer, recordings)
    assert len(answers) == len(recordings)
    found = [answer for answer in answers if isinstance(answer, Diarization)]
    assert len(found) == len(recordings), answers
    return found


def as_stock_says(answer: Diarization) -> dict[str, Turns]:
    assert answer.exclusive is not None
    return {
        name: [(turn.start, turn.end, turn.speaker) for turn in turns]
        for name, turns in (
            ("diarization", answer.turns),
            ("exclusive_diarization", answer.exclusive),
        )
    }


@pytest.mark.parametrize(
    "bounds",
    [
        SpeakerBounds(),
        SpeakerBounds(num_speakers=2),
        SpeakerBounds(min_speakers=3, max_speakers=4),
        SpeakerBounds(max_speakers=1),
        SpeakerBounds(min_speakers=6),
    ],
    ids=str,
)
def test_the_turns_are_those_of_stock(
    diarizer: Diarizer, stock: Any, call: Samples, bounds: SpeakerBounds
) -> None:
    samples = call[: 15 * 16_000]

    (answer,) = ask(diarizer, Recording(waveform(samples), bounds))

    assert as_stock_says(answer) == ask_stock(stock, samples, bounds)
    assert len(answer.turns) > 5


@pytest.mark.parametrize("name", ["dev00", "trn03"])
def test_the_turns_of_a_meeting_are_those_of_stock(
    diarizer: Diarizer, stock: Any, name: str
) -> None:
    samples = meeting(name, seconds=13.3)

    (answer,) = ask(diarizer, Recording(waveform(samples)))

    assert as_stock_says(answer) == ask_stock(stock, samples, SpeakerBounds())
    assert len(speakers_of(answer.turns)) > 1
    assert overlap(answer.turns)
    assert answer.exclusive is not None
    assert not overlap(answer.exclusive)


@pytest.mark.parametrize("seconds", [1 / 16_000, 0.01, 0.1, 0.5, 1.0, 9.99, 10.0, 10.01])
def test_a_short_recording_has_the_turns_of_stock(
    diarizer: Diarizer, stock: Any, call: Samples, seconds: float
) -> None:
    samples = call[48_000 : 48_000 + round(seconds * 16_000)]

    (answer,) = ask(diarizer, Recording(waveform(samples)))

    if seconds >= 0.01:  # below, a turn may be shorter than the millisecond that is left of it
        assert as_stock_says(answer) == ask_stock(stock, samples, SpeakerBounds())
    assert all(turn.end <= max(seconds, 0.001) for turn in answer.turns)


@pytest.mark.parametrize("seconds", [0.1, 1.0, 12.5])
def test_silence_is_answered(diarizer: Diarizer, stock: Any, seconds: float) -> None:
    quiet = silence(seconds)

    (answer,) = ask(diarizer, Recording(quiet))

    expected = ask_stock(stock, np.array(quiet.samples, dtype=np.float32), SpeakerBounds())
    assert as_stock_says(answer) == expected


@pytest.mark.parametrize("value", [np.nan, np.inf, 1e30])
def test_samples_that_no_microphone_makes_give_no_such_turns(
    diarizer: Diarizer, call: Samples, value: float
) -> None:
    samples = call[: 12 * 16_000].copy()
    samples[100_000:100_100] = value

    (answer,) = ask(diarizer, Recording(waveform(samples)))

    assert all(0 <= turn.start < turn.end <= 12 for turn in answer.turns)


def test_more_speakers_than_voices_is_a_warning(diarizer: Diarizer, call: Samples) -> None:
    wish = SpeakerBounds(num_speakers=100)

    (answer,) = ask(diarizer, Recording(waveform(call[: 12 * 16_000]), wish))

    assert answer.turns
    assert [warning.code for warning in answer.warnings] == ["speaker_bounds_impossible"]


def test_a_wish_that_was_met_is_no_warning(diarizer: Diarizer, call: Samples) -> None:
    samples = call[: 15 * 16_000]

    (answer,) = ask(diarizer, Recording(waveform(samples), SpeakerBounds(num_speakers=2)))

    assert len(speakers_of(answer.turns)) == 2
    assert answer.warnings == ()


def test_company_changes_no_answer(diarizer: Diarizer, call: Samples) -> None:
    recordings = [
        Recording(waveform(call[:192_000])),
        Recording(silence(1.0)),
        Recording(waveform(call[200_000:]), SpeakerBounds(max_speakers=2)),
    ]

    together = ask(diarizer, *recordings)

    assert together == [ask(diarizer, recording)[0] for recording in recordings]


def test_a_bad_recording_leaves_its_neighbours_alone(diarizer: Diarizer, call: Samples) -> None:
    good = Recording(waveform(call[:80_000]))
    contradictory = Recording(good.waveform, SpeakerBounds(min_speakers=3, max_speakers=2))

    answers = diarized(diarizer, [Recording(silence(0)), good, contradictory, good])

    assert isinstance(answers[0], AudioEmpty)
    assert isinstance(answers[2], SpeakerBoundsImpossible)
    assert answers[1] == answers[3] == ask(diarizer, good)[0]


def test_samples_are_not_copied_and_not_written(directory: Path, call: Samples) -> None:
    import torch

    from consumer.diarization.stock import StockDiarizer

    seen: list[torch.Tensor] = []

    def pipeline(file: dict[str, torch.Tensor], **_: object) -> Any:
        from pyannote.core import Annotation

        seen.append(file["waveform"])
        return Annotation()

    (answer,) = diarized(StockDiarizer(pipeline), [Recording(waveform(call))])  # type: ignore[arg-type]

    assert seen[0].shape == (1, len(call))
    assert seen[0].data_ptr() == call.ctypes.data
    assert answer == Diarization((), exclusive=None)  # an annotation alone: a legacy pipeline


def test_stock_prints_nothing(
    diarizer: Diarizer, call: Samples, capsys: pytest.CaptureFixture[str]
) -> None:
    ask(diarizer, Recording(waveform(call[: 12 * 16_000]), SpeakerBounds(num_speakers=30)))

    assert capsys.readouterr() == ("", "")


def test_an_unloaded_model_has_given_its_memory_back(directory: Path) -> None:
    import gc
    import weakref

    model = CatalogueModel("seeded", "seeded", directory=str(directory))
    diarizer = load_stock(model, Running(device="cpu"))
    weights = weakref.ref(diarizer._pipeline._segmentation.model)  # type: ignore[union-attr]

    diarizer.unload()

    gc.collect()
    assert weights() is None
