"""Say what has become of dead letters, or what would."""

from rich.console import Console

from producer_tools.exits import WrongUsage
from producer_tools.lines import count, dead_letter_line
from producer_tools.redrive.redriving import Redrive
from producer_tools.redrive.sorting import Lot, Tally
from schemas.codes import ErrorCode


def parse_code(text: str) -> ErrorCode:
    """Take a code of the contract; raises `WrongUsage`, since a mistyped one matches nothing."""
    try:
        return ErrorCode(text)
    except ValueError as error:
        raise WrongUsage(f"--code {text}: is none of {', '.join(ErrorCode)}") from error


def show(tally: Tally, plan: Redrive, *, sent: bool) -> None:
    """Print the first letters, and how many there are."""
    console = Console(highlight=False)
    for letter in tally.examples:
        console.print(dead_letter_line(letter), soft_wrap=True)
    for line in account(tally, plan, sent=sent):
        console.print(line, soft_wrap=True, markup=False)


def account(tally: Tally, plan: Redrive, *, sent: bool) -> list[str]:
    """Write the sums as sentences."""
    redriven, truncated = tally.counts[Lot.REDRIVEN], tally.counts[Lot.TRUNCATED]
    verb = "sent" if sent else "would be sent"
    lines = [
        f"{count(redriven, 'letter')} of {plan.code} {verb} to {plan.connection.jobs_topic}; "
        f"{count(tally.counts[Lot.PASSED], 'other')} passed"
    ]
    if truncated:
        lines.append(
            f"{count(truncated, 'letter')} of {plan.code} cannot be sent: only the first 64 KiB "
            "are kept; who sent the job has to send it again"
        )
    if redriven and not sent:
        lines.append("nothing was sent: add --yes to send")
    return lines
