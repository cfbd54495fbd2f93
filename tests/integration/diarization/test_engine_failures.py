"""Whether what fails in the middle of a batch is told apart, and the next batch is answered."""

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from consumer.core.errors import DeviceDead, OutOfMemory
from consumer.core.model import CatalogueModel, Recording
from consumer.diarization.loading import Running, load_engine
from tests.fakes.pipeline_configs import Kind
from tests.fakes.speech import waveform
from tests.fakes.steps import diarized

Samples = NDArray[np.float32]
Inject = Callable[[Callable[[], None]], None]
CUDA_NO_MEMORY = "CUDA out of memory. Tried to allocate 20.00 MiB."


@pytest.fixture
def engine(pipelines: dict[Kind, Path]) -> Iterator[Any]:
    """With four lanes."""
    model = CatalogueModel("seeded", "seeded", directory=str(pipelines[Kind.CENTROID_LINKAGE]))
    loaded: Any = load_engine(model, Running(device="cpu", threads=4))
    yield loaded
    loaded.unload()


@pytest.fixture
def before_embedding(engine: Any, monkeypatch: pytest.MonkeyPatch) -> Inject:
    """Have something done before each batch of the embedding network."""
    from consumer.diarization.networks.embedding import SpeakerEmbedding

    embed = SpeakerEmbedding.__call__

    def inject(happens: Callable[[], None]) -> None:
        def embed_after_all(network: SpeakerEmbedding, excerpts: Any) -> Any:
            happens()
            return embed(network, excerpts)

        monkeypatch.setattr(SpeakerEmbedding, "__call__", embed_after_all)

    return inject


@pytest.fixture
def submitted(monkeypatch: pytest.MonkeyPatch) -> list[Future[Any]]:
    """What is put into the lanes and the clustering from now on."""
    tasks: list[Future[Any]] = []
    submit = ThreadPoolExecutor.submit

    def watched(executor: ThreadPoolExecutor, *task: Any) -> Future[Any]:
        tasks.append(submit(executor, *task))
        return tasks[-1]

    monkeypatch.setattr(ThreadPoolExecutor, "submit", watched)
    return tasks


def waiting(tasks: list[Future[Any]]) -> int:
    """How many have not begun and are still going to."""
    return sum(not task.done() and not task.running() for task in tasks)


def test_lanes_that_do_not_fit_are_never_opened_again(
    engine: Any, before_embedding: Inject, call: Samples
) -> None:
    recordings = [Recording(waveform(call)), Recording(waveform(call[:200_000]))]
    expected = diarized(engine, recordings)
    assert engine._lanes.count == 4
    tries: list[int] = []

    def only_one_fits() -> None:
        tries.append(engine._lanes.count)
        if engine._lanes.count > 1:
            raise RuntimeError(CUDA_NO_MEMORY)

    before_embedding(only_one_fits)

    assert diarized(engine, recordings) == expected
    assert engine._lanes.count == 1
    tries.clear()
    assert diarized(engine, recordings) == expected
    assert set(tries) == {1}


def test_what_fits_into_no_lane_is_out_of_memory(
    engine: Any, before_embedding: Inject, call: Samples
) -> None:
    nothing_fits = True

    def fail() -> None:
        if nothing_fits:
            raise RuntimeError(CUDA_NO_MEMORY)

    before_embedding(fail)

    with pytest.raises(OutOfMemory, match="does not fit into the memory"):
        diarized(engine, [Recording(waveform(call))])

    nothing_fits = False
    (answer,) = diarized(engine, [Recording(waveform(call))])
    assert answer.turns


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (RuntimeError("CUDA error: device-side assert triggered"), DeviceDead),
        (RuntimeError("shape mismatch"), RuntimeError),
        (ValueError("a bug"), ValueError),
    ],
    ids=str,
)
def test_the_batch_after_an_error_is_answered(
    engine: Any,
    before_embedding: Inject,
    submitted: list[Future[Any]],
    call: Samples,
    error: Exception,
    expected: type[Exception],
) -> None:
    recordings = [Recording(waveform(call[:240_000]))] * 3
    answers = diarized(engine, recordings)
    batches = iter(range(1000))

    def fail_in_the_middle() -> None:
        if next(batches) == 8:
            raise error

    before_embedding(fail_in_the_middle)

    with pytest.raises(expected, match=str(error)):
        diarized(engine, recordings)

    assert submitted
    assert waiting(submitted) == 0
    assert engine._lanes.count == 4
    assert diarized(engine, recordings) == answers


@pytest.mark.parametrize(
    ("said", "means"), [("CUDA out of memory", OutOfMemory), ("CUDA error: fault", DeviceDead)]
)
def test_a_model_that_the_device_cannot_take_says_why(
    pipelines: dict[Kind, Path],
    monkeypatch: pytest.MonkeyPatch,
    said: str,
    means: type[Exception],
) -> None:
    from consumer.diarization import engine

    def fail(*_: object) -> None:
        raise RuntimeError(said)

    monkeypatch.setattr(engine, "try_out", fail)
    model = CatalogueModel("seeded", "seeded", directory=str(pipelines[Kind.VBX]))

    with pytest.raises(means):
        load_engine(model, Running(device="cpu"))
