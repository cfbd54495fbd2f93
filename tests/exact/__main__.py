"""`make exact`: compare the engine with stock on everything, and say where they part first."""

import argparse
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from consumer.diarization.allocator import keep_freed_memory
from consumer.diarization.runtime import mute_pyannote

if TYPE_CHECKING:
    from tests.exact.comparison import Outcome

OUTPUT = Path("exact-output")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run once; 1 when anything differs, or when a broken engine passes for a sound one."""
    options = _options(arguments)
    keep_freed_memory()
    mute_pyannote()
    # Only now: these import pyannote.
    from tests.exact.report import HEADER, line, write

    print(HEADER, flush=True)
    outcomes: list[Outcome] = []
    with TemporaryDirectory() as root:
        for outcome in _outcomes(Path(root), options):
            outcomes.append(outcome)
            print(line(outcome), flush=True)
    print(f"written: {write(outcomes, options.seed, OUTPUT)}")
    return 0 if outcomes and all(outcome.problem is None for outcome in outcomes) else 1


def _outcomes(root: Path, options: argparse.Namespace) -> "Iterator[Outcome]":
    from tests.exact.cases import short, whole

    for case in (short if options.short else whole)(root, options.seed):
        if options.only in case.name:
            yield from case.outcomes()


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.exact", description=__doc__)
    parser.add_argument("--short", action="store_true", help="a minute: narrow networks alone")
    parser.add_argument("--only", default="", metavar="NAME", help="cases with this in their name")
    parser.add_argument("--seed", type=int, default=1, help="of weights and mixtures")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())
