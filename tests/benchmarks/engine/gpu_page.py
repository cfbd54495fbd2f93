"""How does a reader of `docs/benchmarks/` learn what was measured on one device?"""

from collections.abc import Iterator, Mapping
from typing import Any

HEADER = """\
| | s per hour | times faster | device memory, MB | busy | turns apart |
|---|---|---|---|---|---|"""


def page(found: Mapping[str, Any]) -> str:
    """Return what `gpu.json` holds as a page."""
    return "\n".join(_lines(found)) + "\n"


def _lines(found: Mapping[str, Any]) -> Iterator[str]:
    machine, variants = found["machine"], found["variants"]
    yield f"# {machine['device']}"
    yield ""
    yield (
        f"{found['hours']:g} h of audio made of {found['source_recordings']} recordings, end to "
        f"end from memory, networks of the published size with seeded weights; medians of "
        f"{found['rounds']} rounds in which the variants took turns (`make bench-gpu`)."
    )
    yield ""
    yield HEADER
    for name, figures in variants.items():
        yield _row(name, figures)
    for difference in found["differences"]:
        yield ""
        yield _explained(difference)
    yield ""
    yield "; ".join(f"{name} {value}" for name, value in machine.items()) + "."
    for name, figures in variants.items():
        if "slowest_kernels" in figures:
            yield from _details(name, figures)


def _row(name: str, figures: Mapping[str, Any]) -> str:
    memory = figures.get("device_peak_mb")
    cells = (
        name,
        f"{figures['seconds_per_hour']:.2f}",
        f"{figures['times_faster_than_stock']:.1f}",
        "" if memory is None else f"{memory:.0f}",
        _busy(figures),
        f"{figures['turns_apart']} of {figures['turns']}",
    )
    return f"| {' | '.join(cells)} |"


def _busy(figures: Mapping[str, Any]) -> str:
    sampled = figures.get("device_busy_share")
    if sampled is not None:
        return f"{sampled:.0%}"
    profiled = figures.get("device_busy_share_profiled")
    return "" if profiled is None else f"{profiled:.0%} (profiled)"


def _explained(difference: Mapping[str, Any]) -> str:
    if problem := difference["problem"]:
        return f"Rounding does not explain all differences of fp32: {problem}."
    frames, voices = difference["frames"], difference["assignments"]
    return (
        f"Rounding explains the differences of fp32: with stock's decision about "
        f"{frames['number']} of {frames['of']} frames and {voices['number'] if voices else 0} "
        "voices, all of which stock nearly decided otherwise, the turns are equal."
    )


def _details(name: str, figures: Mapping[str, Any]) -> Iterator[str]:
    steady = "" if figures["is_steady"] else "not "
    yield ""
    yield f"## {name[0].upper()}{name[1:]}"
    yield ""
    yield f"The bits of a window do {steady}stay the same in any company."
    yield ""
    yield "```text"
    yield from (line.rstrip() for line in figures["slowest_kernels"].strip().splitlines())
    yield "```"
