"""`turnstream verify`: check that every job has exactly one terminal result."""

from typing import Annotated

import typer

from producer_tools.options import WORKERS_GROUP, Bootstrap, Group, Json


def verify(
    bootstrap: Bootstrap = None,
    group: Group = WORKERS_GROUP,
    wait: Annotated[
        float,
        typer.Option(
            metavar="SECONDS", min=0, help="Wait at most so long until every job has ended."
        ),
    ] = 0.0,
    at_least_once: Annotated[
        bool,
        typer.Option(
            "--at-least-once", help="Workers run so: repeated results are no fault of theirs."
        ),
    ] = False,
    json_document: Json = False,
) -> None:
    """Check that every job has exactly one terminal result, and that its objects are as it says.

    Reads the three topics from their beginnings, the commits of the group and every object.
    """
    import json

    from rich.console import Console

    from producer_tools.exits import NotFinishedInTime
    from producer_tools.kafka.connection import kafka_connection
    from producer_tools.verify.oracle import Oracle
    from producer_tools.verify.stores import RealStores
    from producer_tools.verify.table import show

    oracle = Oracle(RealStores(), at_least_once)
    connection = kafka_connection(bootstrap)
    with Console(stderr=True).status("reading topics and objects"):
        verdict = oracle.verify(connection, group, wait)
    if json_document:
        print(json.dumps(verdict.document(), indent=2))
    else:
        show(verdict)
    if not verdict.holds:
        raise typer.Exit(1)
    if wait and not verdict.settled:
        raise NotFinishedInTime(f"jobs are still unfinished after {wait:g} s")
