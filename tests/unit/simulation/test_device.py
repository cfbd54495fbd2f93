"""Whether the simulated device takes turns, loads models and computes in vain as it should."""

import pytest

from consumer.core.batching import Batch, Closed
from consumer.core.model import Partition
from consumer.core.scheduling import Kind
from tests.simulation.agenda import Agenda
from tests.simulation.costs import DeviceProfile
from tests.simulation.device import Device
from tests.simulation.job import DIARIZE, EMBED, Job

PROFILE = DeviceProfile(
    "simple", seconds_per_window=1.0, windows_per_step=4, seconds_per_batch=0.5, load_seconds=5.0
)


class Bench:
    """A device, and when each job left it."""

    def __init__(self, turns: int = 2, room: int = 1) -> None:
        self.agenda = Agenda()
        self.left: dict[int, float] = {}
        self.device = Device(self.agenda, PROFILE, self._leave, turns=turns, room=room)

    def _leave(self, job: Job) -> None:
        self.left[job.offset] = self.agenda.now


def batch(*windows: int, kind: Kind = DIARIZE, first: int = 0) -> Batch[Job]:
    jobs = [
        Job(0.0, 9.0 + count, kind, Partition("jobs", 0), first + number)
        for number, count in enumerate(windows)
    ]
    return Batch(jobs, Closed.JOBS)


def test_recordings_of_a_batch_are_done_one_after_the_other() -> None:
    bench = Bench()

    bench.device.start(batch(4, 8))
    bench.agenda.run()

    assert bench.left == {0: 9.5, 1: 17.5}  # 5 s to load, half a second to begin


def test_windows_that_are_lacking_are_computed_in_vain() -> None:
    work = list(PROFILE.work(batch(1, 1, 3).items))

    assert work == [4.5, 0.0, 4.0]


def test_two_batches_share_the_device_evenly() -> None:
    bench = Bench()
    bench.device.start(batch(4))
    bench.agenda.at(5.0, lambda: bench.device.start(batch(400, first=1)))

    bench.agenda.run()

    assert bench.left[0] == pytest.approx(5.0 + 2 * 4.5)
    assert bench.left[1] == pytest.approx(5.0 + 4.5 + 400.5)
    assert bench.device.busy_until_now() == pytest.approx(405.0)


def test_another_model_waits_until_the_device_is_free_when_there_is_room_for_one() -> None:
    bench = Bench(room=1)
    bench.device.start(batch(4))
    bench.agenda.at(6.0, lambda: bench.device.start(batch(4, kind=EMBED, first=1)))

    bench.agenda.run()

    assert bench.left == {0: 9.5, 1: 9.5 + 5.0 + 4.5}
    assert bench.device.loads == 2


def test_a_model_that_stays_is_loaded_once() -> None:
    bench = Bench(room=2)
    for moment, kind in ((0.0, DIARIZE), (20.0, EMBED), (40.0, DIARIZE), (60.0, EMBED)):
        bench.agenda.at(moment, bench.device.start, batch(4, kind=kind))

    bench.agenda.run()

    assert bench.device.loads == 2


def test_has_room_again_when_a_batch_is_done() -> None:
    bench = Bench(turns=1)
    seen: list[bool] = []
    bench.device.on_room = lambda: seen.append(bench.device.has_room)

    bench.device.start(batch(4))
    bench.agenda.run()

    assert seen == [False, True]
