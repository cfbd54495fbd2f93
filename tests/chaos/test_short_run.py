"""Whether the promise holds for a minute in which everything is disturbed.

`make chaos` does the same for longer, with every kind of fault.
"""

import os
import secrets
from pathlib import Path

import pytest

from tests.chaos.plan import Size
from tests.chaos.run import run
from tests.conftest import unavailable
from tests.stack.prerequisites import UnavailableError

pytestmark = [pytest.mark.kafka, pytest.mark.s3, pytest.mark.slow]


def test_nothing_is_lost_and_nothing_comes_twice(tmp_path: Path) -> None:
    seed = int(os.environ.get("SEED") or secrets.randbelow(1 << 32))
    size = Size(
        seed,
        jobs=900,
        faults=16,
        seconds=60,
        settle_seconds=90,
        longest_fault_seconds=15,
    )
    print(f"SEED={seed} draws the same faults again")

    try:
        report = run(size, tmp_path / "logs")
    except UnavailableError as error:
        unavailable(error, "the short chaos run")

    report.show()
    assert report.holds
    assert sum(report.faults.values()) >= 12
