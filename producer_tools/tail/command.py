"""`turnstream tail`: watch results and dead letters as they come."""

from typing import Annotated

import typer

from producer_tools.options import Bootstrap


def tail(
    bootstrap: Bootstrap = None,
    from_beginning: Annotated[
        bool, typer.Option("--from-beginning", help="Begin with the oldest message kept.")
    ] = False,
    results: Annotated[
        bool | None,
        typer.Option("--results/--dead-letters", help="Only one kind; default: both."),
    ] = None,
    json_lines: Annotated[
        bool, typer.Option("--json", help="One JSON object a line, with all there is.")
    ] = False,
    limit: Annotated[
        int | None, typer.Option("--max", metavar="N", min=1, help="End after N messages.")
    ] = None,
) -> None:
    """Print results and dead letters as they come, one line each, until Ctrl-C."""
    from contextlib import suppress

    from producer_tools.kafka.connection import kafka_connection
    from producer_tools.tail.watching import Selection, watch

    selection = Selection(results, from_beginning, limit)
    with suppress(KeyboardInterrupt):
        watch(kafka_connection(bootstrap), selection, json_lines=json_lines)
