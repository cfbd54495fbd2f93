"""Say what the commands have in common: one option, one way to end."""

import sys
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from producer_tools.exits import ClientError

Bootstrap = Annotated[
    str | None,
    typer.Option(
        "--bootstrap",
        metavar="HOST:PORT,…",
        envvar="TURNSTREAM_KAFKA__BOOTSTRAP_SERVERS",
        help="Kafka brokers. Topics and librdkafka properties come from the environment too, "
        "as the workers read them (…__JOBS_TOPIC, …__PROPERTIES).",
    ),
]
WORKERS_GROUP = "turnstream"
"""The consumer group of workers that are told nothing else."""
Group = Annotated[
    str,
    typer.Option(
        metavar="GROUP",
        envvar="TURNSTREAM_KAFKA__GROUP_ID",
        help="The workers' consumer group.",
    ),
]
Json = Annotated[bool, typer.Option("--json", help="Print one JSON document.")]


class Commands(TyperGroup):
    """Ends a command that cannot go on with its sentence and its exit code."""

    def invoke(self, ctx: Any) -> Any:  # noqa: ANN401 - the base class is typed by a vendored click
        """Run the command line; every `ClientError` ends here."""
        try:
            return super().invoke(ctx)
        except ClientError as error:
            print(f"turnstream: {error}", file=sys.stderr)
            raise typer.Exit(error.exit_code) from error
