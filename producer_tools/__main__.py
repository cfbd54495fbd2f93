"""The command `turnstream`: what producers of jobs and readers of results do from a terminal.

Only typer is imported here; each command imports what it needs when it runs.
"""

from typing import Annotated

import typer

from producer_tools.demo_command import demo
from producer_tools.exits import EXIT_CODES_HELP
from producer_tools.lag.command import lag
from producer_tools.load.command import load
from producer_tools.options import Commands
from producer_tools.redrive.command import redrive
from producer_tools.report.command import report
from producer_tools.schema_command import schema
from producer_tools.submit.command import submit
from producer_tools.tail.command import tail
from producer_tools.topics.command import topics_app
from producer_tools.verify.command import verify

app = typer.Typer(
    cls=Commands,
    no_args_is_help=True,
    epilog=EXIT_CODES_HELP,
    pretty_exceptions_enable=False,
)
app.command(epilog=EXIT_CODES_HELP)(submit)
app.command(epilog=EXIT_CODES_HELP)(load)
app.command()(tail)
app.command()(report)
app.command()(redrive)
app.command()(lag)
app.command()(verify)
app.command()(schema)
app.command()(demo)
app.add_typer(topics_app, name="topics")


def _print_version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import PackageNotFoundError, version

        try:
            print(f"turnstream {version('turnstream')}")
        except PackageNotFoundError:
            print("turnstream, from a checkout that is not installed")
        raise typer.Exit


@app.callback()
def root(
    version: Annotated[
        bool,
        typer.Option(
            "--version", callback=_print_version, is_eager=True, help="Print the version and end."
        ),
    ] = False,
) -> None:
    """Kafka in, speaker turns out: submit audio, watch results, look after the topics.

    New here? `turnstream demo` shows a whole run on this machine. With brokers of your own:
    `turnstream topics create`, start a worker, `turnstream submit --wait call.wav`.
    """


def main() -> None:
    """Run the command line."""
    app()


if __name__ == "__main__":
    main()
