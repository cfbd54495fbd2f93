"""`make bench-service`: what the service around the engine costs, on a real Kafka and MinIO.

`--only` measures a part: a (against the engine alone), b (a model that costs nothing), c (against
stock), d (alternating models), e (one job in an idle worker), f (soak).
"""

import argparse
import sys
from collections.abc import Sequence

from tests.benchmarks.service.finding import Extent
from tests.stack.prerequisites import UnavailableError

NAMES = ("a", "b", "c", "d", "e", "f")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run once; 1 when the servers cannot be had here."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.service")
    parser.add_argument("--rounds", type=int, help="of a to d; default: as many as each needs")
    parser.add_argument("--jobs", type=int, default=Extent().soak_jobs, help="of f")
    parser.add_argument("--only", choices=NAMES, action="append", help="may be repeated")
    chosen = parser.parse_args(arguments)
    # Only now: processes that are started import this module, and need no more than that.
    from tests.benchmarks.service.session import run

    try:
        run(chosen.only or NAMES, Extent(chosen.rounds, chosen.jobs))
    except UnavailableError as error:
        print(f"The stack cannot run here: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
