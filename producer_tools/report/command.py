"""`turnstream report`: show one job as a page."""

from pathlib import Path
from typing import Annotated

import typer

from producer_tools.options import Bootstrap


def report(  # noqa: PLR0913 - the parameters are the command line
    result: Annotated[
        str,
        typer.Argument(
            metavar="RESULT",
            help="A stored result (path, s3:// or file:// uri), `-` for a result or a line of "
            "`tail --json` on standard input, or a job id to look for on the results topic.",
            show_default=False,
        ),
    ],
    *,
    output: Annotated[
        Path | None,
        typer.Option(
            "--output", "-o", metavar="PAGE", help="The page.  [default: the job id and .html]"
        ),
    ] = None,
    audio: Annotated[
        str | None,
        typer.Option(
            metavar="FILE|URI",
            help="The recording, where it is not (or no longer) what the result names.",
        ),
    ] = None,
    embed: Annotated[
        float,
        typer.Option(
            "--embed-up-to",
            metavar="MB",
            min=0,
            max=100,
            help="A recording of at most so many megabytes goes into the page; a larger one is "
            "played from its file, or from a copy beside the page if it was in a store.",
        ),
    ] = 8.0,
    without_audio: Annotated[
        bool, typer.Option("--no-audio", help="Turns alone; no recording is read.")
    ] = False,
    without_waveform: Annotated[
        bool,
        typer.Option("--no-waveform", help="Draw no waveform: nothing is decoded."),
    ] = False,
    bootstrap: Bootstrap = None,
) -> None:
    """Write one job as a page: recording, speakers, turns to click on, files; or why it failed.

    The page needs nothing but a browser and loads nothing but its own recording.
    """
    from producer_tools.report.finding import find
    from producer_tools.report.making import Wish, make

    wish = Wish(output, audio, without_audio, without_waveform, round(embed * 1_000_000))
    print(make(find(result, bootstrap), wish))
