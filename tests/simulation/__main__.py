"""`make simulate`: answer all questions about sizing, and put figures and picture on the page."""

import argparse
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TypeVar

from tests.simulation import page
from tests.simulation.picture import Answers, draw
from tests.simulation.questions import (
    beside_long,
    by_audio,
    by_day,
    by_kinds,
    by_linger,
    by_partitions,
    by_workers,
)
from tests.simulation.table import Table

DOCS = Path(__file__).parents[2] / "docs"

T = TypeVar("T")


def main(arguments: Sequence[str] | None = None) -> int:
    """Simulate once; the same seed writes the same page."""
    parser = argparse.ArgumentParser(prog="python -m tests.simulation", description=__doc__)
    parser.add_argument("--seed", type=int, default=1, help="another one: how much is chance?")
    parser.add_argument("--docs", type=Path, default=DOCS, help="where sizing.md and images are")
    chosen = parser.parse_args(arguments)
    answers = Answers(
        workers=_asked(by_workers.ask, chosen.seed),
        partitions=_asked(by_partitions.ask, chosen.seed),
        linger=_asked(by_linger.ask, chosen.seed),
        kinds=_asked(by_kinds.ask, chosen.seed),
    )
    tables = [
        *by_workers.tables(answers.workers),
        *by_partitions.tables(answers.partitions),
        *by_linger.tables(answers.linger, chosen.seed),
        *by_kinds.tables(answers.kinds),
        *beside_long.tables(_asked(beside_long.ask, chosen.seed)),
        *by_day.tables(_asked(by_day.ask, chosen.seed)),
        *by_audio.tables(),
    ]
    _show(tables)
    page.write(tables, chosen.docs / "sizing.md")
    draw(answers, chosen.docs / "images" / "sizing.png")
    return 0


def _asked(ask: Callable[[int], Iterator[T]], seed: int) -> list[T]:
    began = time.monotonic()
    answers = list(ask(seed))
    print(f"{ask.__module__}: {time.monotonic() - began:.0f} s", file=sys.stderr, flush=True)
    return answers


def _show(tables: Sequence[Table]) -> None:
    for table in tables:
        print(f"\n{table.name}\n\n{table.markdown()}")


if __name__ == "__main__":
    sys.exit(main())
