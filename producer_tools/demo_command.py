"""`turnstream demo`: show a whole run on this machine."""

from pathlib import Path
from typing import Annotated

import typer


def demo(
    output: Annotated[
        Path, typer.Option(help="Directory for the files of the run; made anew.")
    ] = Path("demo-output"),
) -> None:
    """Run broker, store and worker here, diarize two recordings, and show what came out."""
    from producer_tools.demo.show import run

    run(output)
