"""Which comparisons make up a run, the cheapest first?"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.exact.company import same_in_any_company, same_in_other_shapes
from tests.exact.comparison import Outcome, compare, noticed
from tests.exact.controls import CONTROLS
from tests.exact.models import Model, demonstration, full_size, narrow
from tests.exact.recordings import (
    Named,
    busy,
    clips,
    counted,
    every_bound,
    excerpts,
    mixture,
    some_bounds,
)

LONG_MIXTURES = ((60.0, 2), (120.0, 5), (300.0, 8), (1200.0, 4), (3600.0, 8))
"""Seconds and number of sources, for small networks."""
SHORT_MIXTURES = ((45.0, 4), (75.0, 8))
"""For full-size ones."""

Check = Callable[[Model, int], Iterator[Outcome]]
"""What is asked of a model; the number seeds what is drawn."""


@dataclass(frozen=True, slots=True)
class Case:
    """One check of one model."""

    model: Model
    check: Check
    seed: int

    @property
    def name(self) -> str:
        return f"{self.model.name} {self.check.__name__}"

    def outcomes(self) -> Iterator[Outcome]:
        return self.check(self.model, self.seed)


def short(root: Path, seed: int) -> list[Case]:
    """Return what takes a minute: a pair of narrow pipelines."""
    checks: tuple[Check, ...] = (lengths, controls, company, a_few_bounds)
    return _each(narrow(root, seed), checks, seed)


def whole(root: Path, seed: int) -> list[Case]:
    """Return all there is."""
    seeds = (seed, seed + 1)
    small = [demonstration(), *(model for each in seeds for model in narrow(root, each))]
    large = [model for each in seeds for model in full_size(root, each)]
    quick: tuple[Check, ...] = (lengths, controls, company)
    return [
        *_each(small, (*quick, speech, all_bounds), seed),
        *_each(large, (*quick, a_few_bounds), seed),
        *_each(small, (long_mixtures,), seed),
        *_each(large, (speech, short_mixtures), seed),
    ]


def lengths(model: Model, _: int) -> Iterator[Outcome]:
    yield compare(f"{model.name}: lengths, silence", excerpts(), model.stock, model.hypothesize)


def speech(model: Model, _: int) -> Iterator[Outcome]:
    yield compare(f"{model.name}: all clips", clips(), model.stock, model.hypothesize)


def all_bounds(model: Model, _: int) -> Iterator[Outcome]:
    recordings = every_bound(busy(20.0).samples)
    yield compare(f"{model.name}: all bounds", recordings, model.stock, model.hypothesize)


def a_few_bounds(model: Model, _: int) -> Iterator[Outcome]:
    recordings = some_bounds(busy(14.0).samples)
    yield compare(f"{model.name}: a few bounds", recordings, model.stock, model.hypothesize)


def controls(model: Model, _: int) -> Iterator[Outcome]:
    """Compare with stock as stock opens itself, then break the engine and compare again."""
    asked = counted(busy(14.0))
    yield compare(f"{model.name}: opened by stock", asked, model.pure(), model.hypothesize)
    for name, control in CONTROLS.items():
        case = f"{model.name}: broken, {name}"
        with control():
            broken = noticed(case, asked, model.stock, model.hypothesize)
        yield broken


def company(model: Model, _: int) -> Iterator[Outcome]:
    yield same_in_any_company(model, busy(14.0), excerpts()[:5])
    yield from same_in_other_shapes(model, [busy(14.0), *excerpts()[:3]])


def long_mixtures(model: Model, seed: int) -> Iterator[Outcome]:
    yield from _mixtures(model, seed, LONG_MIXTURES)


def short_mixtures(model: Model, seed: int) -> Iterator[Outcome]:
    yield from _mixtures(model, seed, SHORT_MIXTURES)


def _mixtures(model: Model, seed: int, wanted: Sequence[tuple[float, int]]) -> Iterator[Outcome]:
    for number, (seconds, sources) in enumerate(wanted):
        mixed: Named = mixture(seed + number, seconds, sources)
        yield compare(f"{model.name}: {mixed.name}", [mixed], model.stock, model.hypothesize)


def _each(models: Sequence[Model], checks: Sequence[Check], seed: int) -> list[Case]:
    return [Case(model, check, seed) for check in checks for model in models]
