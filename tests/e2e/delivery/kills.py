"""Does a worker that is killed again and again ever condemn the good jobs it was busy with?

`python -m tests.e2e.delivery.kills [KILLS] [SEED]` starts a broker and four workers and prints the
figures.
"""

import random
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

from tests.e2e.delivery.story import Story, assert_kept, told
from tests.scripted.fleet import Member
from tests.stack import kafka

WORKERS, PARTITIONS = 4, 8
BACKLOG_JOBS = 200
"""Always more than the workers can have in their care."""
JOB_MILLISECONDS = 50
LONGEST_LIFE_SECONDS = 3.0
"""After its first result a worker is spared at most so long."""
_BUSY_SECONDS = 60.0
_END_SECONDS = 300.0
_USUAL_KILLS = 200


@dataclass(slots=True)
class Killer:
    """Kills workers that have just shown that they are busy, at a moment drawn at random."""

    story: Story
    random: random.Random
    killed: dict[str, float] = field(default_factory=dict)
    """When each worker was killed last, on the monotonic clock."""

    def kill(self, kills: int) -> None:
        """Kill so many, and let nobody be out of work meanwhile."""
        for _ in range(kills):
            self.story.until(self._somebody_is_busy, _BUSY_SECONDS)
            self._rest(self.random.uniform(0, LONGEST_LIFE_SECONDS / WORKERS))
            victim = self.random.choice(self._busy())
            victim.process.kill()
            self.killed[victim.instance] = time.monotonic()

    def _somebody_is_busy(self) -> bool:
        self._feed()
        return bool(self._busy())

    def _busy(self) -> list[Member]:
        """Whoever has published since it was killed: there is always more to do."""
        latest = {arrival.worker: arrival.seconds for arrival in self.story.results.arrivals}
        return [
            member
            for member in self.story.fleet.members
            if member.is_running
            and latest.get(member.instance, 0.0) > self.killed.get(member.instance, 0.0)
        ]

    def _rest(self, seconds: float) -> None:
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            self._feed()
            self.story.tick()

    def _feed(self) -> None:
        if self.story.jobs.sent - len(self.story.results.arrivals) < BACKLOG_JOBS:
            self.story.jobs.send(BACKLOG_JOBS // 2, JOB_MILLISECONDS, waits=False)


def kill_busy_workers(story: Story, kills: int, seed: int = 0) -> str:
    """Kill, let all jobs end, and judge; returns the figures in a line."""
    began = time.monotonic()
    story.until_shared(WORKERS)
    Killer(story, random.Random(seed)).kill(kills)
    story.until_all_are_answered(_END_SECONDS)
    assert story.fleet.exits == {"SIGKILL": kills}
    assert story.results.endings == {"succeeded": story.jobs.sent}
    assert_kept(story.verdict(), story.jobs.sent)
    return (
        f"{kills} busy workers killed in {time.monotonic() - began:.0f} s: "
        f"{story.jobs.sent} jobs, all succeeded, each once"
    )


def main(kills: int = _USUAL_KILLS, seed: int = 0) -> None:
    """Print the figures; an assertion tells what was wrong."""
    with (
        tempfile.TemporaryDirectory() as directory,
        kafka.running() as cluster,
        told(cluster, Path(directory) / "story", PARTITIONS) as story,
    ):
        sys.stdout.write(f"{kill_busy_workers(story, kills, seed)}\n")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
