"""Show a verdict."""

from rich.console import Console
from rich.table import Table
from rich.text import Text

from producer_tools.verify.verdict import BREACHES, MEANINGS, Finding, Verdict


def show(verdict: Verdict) -> None:
    """Print one row per finding, with the first few places."""
    console = Console()
    console.print(
        f"{verdict.accepted} jobs accepted, {verdict.terminal} of them with a terminal result",
        highlight=False,
    )
    table = Table("", "", "found", "for example", box=None, pad_edge=False, show_header=False)
    for finding in Finding:
        examples = "\n".join(verdict.examples.get(finding, ()))
        # Text, not a string: nothing in a message may be markup.
        table.add_row(
            _mark(verdict, finding), str(verdict[finding]), MEANINGS[finding], Text(examples)
        )
    console.print(table)


def _mark(verdict: Verdict, finding: Finding) -> Text:
    if finding in verdict.broken:
        return Text("broken", style="bold red")
    if not verdict[finding]:
        return Text("ok", style="green")
    return Text("tolerated" if finding in BREACHES else "note", style="yellow")
