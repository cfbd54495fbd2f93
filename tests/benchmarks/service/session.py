"""Which parts does a run have, and what is found in each?"""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.benchmarks.engine.machine import machine
from tests.benchmarks.engine.report import write
from tests.benchmarks.service import (
    alternating,
    engine_alone,
    framework,
    idle,
    soak,
    stock,
)
from tests.benchmarks.service.finding import Extent, Finding
from tests.benchmarks.service.place import Place, place

OUTPUT = Path("bench-output")


@dataclass(frozen=True, slots=True)
class Part:
    """One question, and who answers it in how many seconds."""

    key: str
    """Of its object in the JSON."""
    question: str
    estimate_seconds: float
    measure: Callable[[Place, Extent], Finding]


PARTS: Mapping[str, Part] = {
    "a": Part(
        "service_against_engine",
        "the whole service against the engine alone",
        engine_alone.ESTIMATE_SECONDS,
        engine_alone.measure,
    ),
    "b": Part(
        "framework",
        "a model that costs nothing, against a plain loop",
        framework.ESTIMATE_SECONDS,
        framework.measure,
    ),
    "c": Part(
        "service_against_stock",
        "the whole service against a plain loop with stock",
        stock.ESTIMATE_SECONDS,
        stock.measure,
    ),
    "d": Part(
        "alternating_models",
        "two models in turn: sticky against the order of arrival",
        alternating.ESTIMATE_SECONDS,
        alternating.measure,
    ),
    "e": Part("idle_latency", "one job in an idle worker", idle.ESTIMATE_SECONDS, idle.measure),
    "f": Part("soak", "many thousand jobs", soak.ESTIMATE_SECONDS, soak.measure),
}


def run(names: Sequence[str], extent: Extent) -> None:
    """Measure these parts on one broker and one store, and write what was found."""
    minutes = sum(PARTS[name].estimate_seconds for name in names) / 60
    print(f"parts {', '.join(names)}: about {minutes:.0f} minutes on two cores")
    found: dict[str, Any] = {"machine": machine()}
    with place() as where:
        for name in names:
            part = PARTS[name]
            print(f"\n({name}) {part.question}, about {part.estimate_seconds:.0f} s", flush=True)
            found[part.key] = _measured(part, where, extent)
    name = "service" if set(names) == set(PARTS) else "service-" + "".join(sorted(names))
    write(OUTPUT / f"{name}.json", found)


def _measured(part: Part, where: Place, extent: Extent) -> dict[str, Any]:
    began = time.monotonic()
    finding = part.measure(where, extent)
    seconds = time.monotonic() - began
    for verdict in finding.verdicts:
        print(f"  {verdict}")
    print(f"  took {seconds:.0f} s", flush=True)
    verdicts = [verdict.as_json() for verdict in finding.verdicts]
    return {**finding.figures, "verdicts": verdicts, "took_seconds": seconds}
