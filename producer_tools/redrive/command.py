"""`turnstream redrive`: send dead letters back as new jobs."""

from typing import Annotated

import typer

from producer_tools.options import WORKERS_GROUP, Bootstrap, Group


def redrive(
    code: Annotated[
        str, typer.Option(metavar="CODE", help="Letters with this error code.", show_default=False)
    ],
    bootstrap: Bootstrap = None,
    group: Group = WORKERS_GROUP,
    yes: Annotated[
        bool, typer.Option("--yes", help="Send them; without it, only say what would be sent.")
    ] = False,
) -> None:
    """Send dead letters of one error code back as new jobs, each letter once.

    A run that was interrupted is repeated by the same command. Exit code 1 when letters hold only
    the beginning of their job: their senders have to send it again.
    """
    from producer_tools.kafka.connection import kafka_connection
    from producer_tools.redrive.account import parse_code, show
    from producer_tools.redrive.redriving import Redrive
    from producer_tools.redrive.sorting import Lot

    plan = Redrive(kafka_connection(bootstrap), group, parse_code(code))
    tally = plan.run() if yes else plan.rehearse()
    show(tally, plan, sent=yes)
    if tally.counts[Lot.TRUNCATED]:
        raise typer.Exit(1)
