"""`make bench-engine`: what the engine saves on a CPU, against stock as it comes and tuned.

`--only` measures a part: speech, silence, files, stages or scaling.
"""

import argparse
import sys
from collections.abc import Sequence

PARTS = ("speech", "silence", "files", "stages", "scaling")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run once; 1 when any two variants do not say the same."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.engine")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--only", choices=PARTS, action="append", help="may be repeated")
    parser.add_argument("--hours", type=float, nargs="*", default=[1.0, 4.0, 10.0])
    chosen = parser.parse_args(arguments)
    # Only now: processes that are started import this module, and need no torch for that.
    from tests.benchmarks.engine.session import Session

    return Session(chosen.rounds, tuple(chosen.hours)).run(chosen.only or PARTS)


if __name__ == "__main__":
    sys.exit(main())
