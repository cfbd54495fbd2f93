"""What is written about a run, for machines and for people?"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from tests.chaos.service import Delivery
from tests.chaos.witness import Testimony

_COUNTED = (
    "lost",
    "duplicated",
    "objects_missing",
    "objects_mismatched",
    "dead_letters_without_original",
)
_SHOWN = 10


@dataclass(frozen=True, slots=True)
class SiteReport:
    """What was found about one service, by our own oracle and by a client that is not ours."""

    name: str
    delivery: Delivery
    delivered: int
    """Jobs that the brokers acknowledged."""
    problems: Sequence[str]
    """Of the submission."""
    verified: Mapping[str, Any]
    heard: Testimony
    exits: Mapping[str, int]

    @property
    def lost(self) -> int:
        """Jobs without a result, whether the group has given them up or still owes them."""
        unanswered = int(self.verified["lost"]) + int(self.verified["unfinished"])
        return max(unanswered, len(self.heard.lost))

    @property
    def duplicated(self) -> int:
        return max(int(self.verified["duplicated"]), len(self.heard.duplicated))

    def breaches(self) -> Iterator[str]:
        """Say in which ways the promise does not hold."""
        heard, verified = self.heard, self.verified
        if not verified["holds"] or not verified["settled"]:
            yield f"turnstream verify: {verified['examples']}"
        if self.delivery == "transactional" and heard.duplicated:
            yield f"duplicated: {heard.duplicated[:_SHOWN]}"
        if wrong := heard.what_is_wrong():
            yield f"kcat: {wrong}"
        if (heard.accepted, heard.terminal) != (verified["accepted"], verified["terminal"]):
            yield "kcat and turnstream verify do not count alike"
        if heard.accepted < self.delivered:
            yield f"{self.delivered} jobs were acknowledged, {heard.accepted} are in the topic"
        yield from self.problems


@dataclass(frozen=True, slots=True)
class Report:
    """What was found in a run."""

    seed: int
    sites: Sequence[SiteReport]
    faults: Mapping[str, int]
    wall_seconds: float

    @property
    def holds(self) -> bool:
        return not any(any(site.breaches()) for site in self.sites)

    def document(self) -> dict[str, Any]:
        """All of it, in JSON's terms; the sums are those of the transactional services."""
        strict = [site for site in self.sites if site.delivery == "transactional"]
        sums = {name: sum(_count(site, name) for site in strict) for name in _COUNTED}
        return {
            "seed": self.seed,
            "accepted": sum(site.heard.accepted for site in strict),
            "terminal": sum(site.heard.terminal for site in strict),
            **sums,
            "faults": dict(sorted(self.faults.items())),
            "wall_seconds": round(self.wall_seconds, 1),
            "holds": self.holds,
            "services": {site.name: _site_document(site) for site in self.sites},
        }

    def write(self, directory: Path) -> None:
        """Write `report.json`."""
        directory.mkdir(exist_ok=True)
        (directory / "report.json").write_text(f"{json.dumps(self.document(), indent=2)}\n")

    def show(self) -> None:
        """Print a table for people, and what is wrong."""
        console = Console()
        table = Table("", *(site.name for site in self.sites), box=None, pad_edge=False)
        for name, values in self._rows():
            table.add_row(name, *map(str, values))
        console.print(table)
        console.print(
            f"seed {self.seed}: {sum(self.faults.values())} faults of {len(self.faults)} kinds in "
            f"{self.wall_seconds / 60:.1f} minutes; the promise "
            f"{'holds' if self.holds else 'is BROKEN'}"
        )
        for site in self.sites:
            for breach in site.breaches():
                console.print(f"{site.name}: {breach}", style="red", markup=False)

    def _rows(self) -> Iterator[tuple[str, list[object]]]:
        yield "accepted", [site.heard.accepted for site in self.sites]
        yield "terminal", [site.heard.terminal for site in self.sites]
        for name in _COUNTED:
            yield name.replace("_", " "), [_count(site, name) for site in self.sites]
        yield "longest gap (s)", [site.heard.longest_gap_seconds for site in self.sites]
        yield "worker exits", [sum(site.exits.values()) for site in self.sites]


def _count(site: SiteReport, name: str) -> int:
    match name:
        case "lost":
            return site.lost
        case "duplicated":
            return site.duplicated
        case _:
            return int(site.verified[name])


def _site_document(site: SiteReport) -> dict[str, Any]:
    return {
        "delivery": site.delivery,
        "accepted": site.heard.accepted,
        "terminal": site.heard.terminal,
        **{name: _count(site, name) for name in _COUNTED},
        "duplicates_differ": site.heard.duplicates_differ,
        "longest_gap_seconds": site.heard.longest_gap_seconds,
        "endings": dict(sorted(site.heard.endings.items())),
        "worker_exits": dict(sorted(site.exits.items())),
        "breaches": list(site.breaches()),
    }
