"""`make chaos`: disturb everything for a while, judge, and say so."""

import argparse
import secrets
import sys
from collections.abc import Sequence
from pathlib import Path

from tests.chaos.plan import Size
from tests.chaos.run import run

_OUTPUT = Path("chaos-output")
_FAULTS_A_MINUTE = 10
_MOST_SEEDS = 1 << 32


def main(arguments: Sequence[str] | None = None) -> int:
    """Run once; 1 when the promise does not hold."""
    size = _size(arguments)
    print(f"seed {size.seed}: SEED={size.seed} draws the same faults again", flush=True)
    report = run(size, _OUTPUT / "logs")
    report.write(_OUTPUT)
    report.show()
    return 0 if report.holds else 1


def _size(arguments: Sequence[str] | None) -> Size:
    parser = argparse.ArgumentParser(prog="python -m tests.chaos", description=__doc__)
    parser.add_argument("--seed", type=int, help="default: a new one")
    parser.add_argument("--jobs", type=int, default=21_500)
    parser.add_argument("--minutes", type=float, default=18.0, help="of disturbance")
    options = parser.parse_args(arguments)
    return Size(
        seed=secrets.randbelow(_MOST_SEEDS) if options.seed is None else options.seed,
        jobs=options.jobs,
        faults=round(options.minutes * _FAULTS_A_MINUTE),
        seconds=options.minutes * 60,
        settle_seconds=180,
    )


if __name__ == "__main__":
    sys.exit(main())
