"""Show how topics compare with the contract."""

from collections.abc import Iterable

from rich.console import Console
from rich.table import Table
from rich.text import Text

from producer_tools.topics.plan import Finding


def show(findings: Iterable[Finding]) -> None:
    """Print one row per rule."""
    table = Table("", "topic", "the contract asks", "found", box=None, pad_edge=False)
    for finding in findings:
        mark = Text("ok", style="green") if finding.holds else Text("broken", style="bold red")
        table.add_row(mark, finding.topic, finding.rule, finding.found)
    Console().print(table)
