"""Whether the benchmarks of the engine measure what they say, on networks that cost little."""

import json
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from consumer.diarization.runtime import mute_pyannote
from tests.conftest import unavailable
from tests.fakes.speech import CLIPS, meeting

mute_pyannote()

from tests.benchmarks.engine import gpu
from tests.benchmarks.engine.device import covered_share
from tests.benchmarks.engine.gpu_page import page
from tests.benchmarks.engine.gpu_session import GpuSession, turns_apart
from tests.benchmarks.engine.passes import Pass
from tests.benchmarks.engine.pipelines import build_narrow
from tests.benchmarks.engine.recordings import (
    Workload,
    half_silent,
    share_of_windows_with_sound,
    speech,
)
from tests.benchmarks.engine.rounding import explanations
from tests.benchmarks.engine.rounds import Comparison
from tests.benchmarks.engine.scaling import Length, verdicts
from tests.benchmarks.engine.stages import Stopwatch
from tests.benchmarks.engine.variants import ENGINE, STOCK

TURN = {"start": 0.0, "end": 1.5, "speaker": "SPEAKER_00"}
MOVED = {**TURN, "end": 1.517}


def a_pass(cpu: float, *turns: dict[str, Any]) -> Pass:
    return Pass(cpu, cpu / 2, 100.0, [{"diarization": turns, "exclusive_diarization": turns}])


def compared(stock: list[Pass], engine: list[Pass]) -> Comparison:
    return Comparison(Workload("speech", ()), {STOCK: stock, ENGINE: engine})


def a_length(hours: float, above_waveform_mb: float) -> Length:
    return Length("engine", hours, 1.0, 1.0, 5000.0, 500.0, above_waveform_mb, 1, 1)


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_a_run_on_the_cpu_goes_the_way_of_one_on_a_gpu(tmp_path: Path) -> None:
    code = GpuSession("cpu", rounds=2, hours=30 / 3600).run(build_narrow, tmp_path)

    found = json.loads((tmp_path / "gpu.json").read_text())
    assert code == 0
    assert found["variants"]["engine, fp32"]["is_steady"]
    assert found["variants"]["engine, fp32"]["turns"] > 0
    assert found["variants"]["stock, as configured"]["times_faster_than_stock"] == 1
    assert "aten::" in (tmp_path / "gpu.md").read_text()


@pytest.mark.slow
def test_a_difference_that_rounding_does_not_explain_is_told(tmp_path: Path) -> None:
    directory = build_narrow(tmp_path / "narrow")
    samples = meeting("trn08", 12)

    (explanation,) = explanations(ENGINE, directory, [samples], a_pass(1, TURN).turns)

    assert "step by step" in str(explanation.problem)


@pytest.mark.parametrize(
    ("problem", "assignments", "sentence"),
    [
        ("too many", None, "Rounding does not explain all differences of fp32: too many."),
        (None, {"number": 3}, "3 voices"),
        (None, None, "1 of 9 frames and 0 voices"),
    ],
)
def test_the_page_says_what_differs(
    problem: str | None, assignments: dict[str, int] | None, sentence: str
) -> None:
    difference = {
        "problem": problem,
        "frames": {"number": 1, "of": 9},
        "assignments": assignments,
    }
    found = {
        "machine": {"device": "a GPU"},
        "variants": {},
        "hours": 1.0,
        "source_recordings": 1,
        "rounds": 1,
        "differences": [difference],
    }

    assert sentence in page(found)


def test_without_a_gpu_nothing_is_measured(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("torch.cuda.is_available", lambda: False)

    assert gpu.main([]) == 2
    assert "no CUDA device" in capsys.readouterr().err


def test_ratios_are_medians_over_rounds() -> None:
    three = compared([a_pass(8), a_pass(9), a_pass(20)], [a_pass(1), a_pass(3), a_pass(4)])

    assert three.ratios(STOCK, ENGINE, "cpu_seconds") == [8, 3, 5]
    assert three.ratio(STOCK, ENGINE) == 5
    assert three.typical(STOCK, "wall_seconds") == 4.5


def test_a_turn_that_differs_in_any_round_is_told() -> None:
    same = compared([a_pass(1, TURN), a_pass(1, TURN)], [a_pass(1, TURN), a_pass(1, TURN)])
    other = compared([a_pass(1, TURN), a_pass(1, TURN)], [a_pass(1, TURN), a_pass(1, MOVED)])

    assert same.difference() is None
    assert "round 2" in str(other.difference())
    assert turns_apart(a_pass(1, TURN).turns[0], a_pass(1, MOVED).turns[0]) == 4


def test_the_recordings_are_what_the_benchmark_says() -> None:
    if not CLIPS.is_dir():
        unavailable("the shared recordings are absent", "the recordings of benchmarks")

    (quiet,) = half_silent().recordings

    assert speech().seconds >= 90
    assert share_of_windows_with_sound(quiet) == 50 / 101
    assert all(share_of_windows_with_sound(samples) == 1 for samples in speech().recordings)
    assert share_of_windows_with_sound(np.ones(1600, np.float32)) == 1


def test_a_step_within_another_counts_for_itself_alone() -> None:
    watch = Stopwatch()
    inner = watch.timing("inner", lambda: busy(0.05))

    def work() -> None:
        inner()
        busy(0.02)

    watch.timing("outer", work)()

    assert 0.05 <= watch.seconds["inner"] < 0.06
    assert 0.02 <= watch.seconds["outer"] < 0.03


def test_spans_that_overlap_count_once() -> None:
    assert covered_share([(0, 2), (1, 3), (5, 10), (6, 7)]) == 0.8
    assert covered_share([]) == 0


def test_memory_is_judged_where_it_was_measured() -> None:
    both = list(verdicts([a_length(1, 1000), a_length(4, 1200), a_length(10, 3000)]))

    assert [line.partition(" (")[0] for line in both] == [
        "4 h takes 1.20x the memory of 1 h above the waveform",
        "10 h takes 5000 MB at most",
    ]
    assert list(verdicts([a_length(1, 1000)])) == []


def busy(cpu_seconds: float) -> None:
    end = time.thread_time() + cpu_seconds
    while time.thread_time() < end:
        pass
