"""`turnstream topics`: create the topics of the contract, or check those there are."""

from typing import Annotated

import typer

from producer_tools.options import Bootstrap, Commands

topics_app = typer.Typer(
    cls=Commands, no_args_is_help=True, help="Create the three topics, or check those there are."
)

Partitions = Annotated[
    int,
    typer.Option(
        min=1,
        help="Of the jobs topic: at least twice the devices ever planned. Results get as many.",
    ),
]


@topics_app.command()
def create(
    bootstrap: Bootstrap = None,
    partitions: Partitions = 6,
    replication_factor: Annotated[
        int, typer.Option(help="Copies of every partition; -1: the brokers' default.")
    ] = -1,
    retention_days: Annotated[
        float, typer.Option(min=0.01, help="How long messages are kept, done or not.")
    ] = 7.0,
) -> None:
    """Create what is missing, with the settings of the contract; then check everything."""
    from producer_tools.kafka.connection import kafka_connection
    from producer_tools.topics.admin import create_topics
    from producer_tools.topics.plan import TopicSizes

    sizes = TopicSizes(partitions, replication_factor, retention_days)
    create_topics(kafka_connection(bootstrap), sizes)
    check(bootstrap, partitions)


@topics_app.command()
def check(bootstrap: Bootstrap = None, partitions: Partitions = 2) -> None:
    """Compare the topics with the contract; exit code 1 when one would lose or refuse messages."""
    from producer_tools.kafka.connection import kafka_connection
    from producer_tools.topics.admin import describe_topics
    from producer_tools.topics.plan import findings
    from producer_tools.topics.table import show

    connection = kafka_connection(bootstrap)
    found = findings(describe_topics(connection), connection, partitions)
    show(found)
    if not all(finding.holds for finding in found):
        raise typer.Exit(1)
