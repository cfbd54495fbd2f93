"""Say what `turnstream load` can be told, and how its help explains it."""

from pathlib import Path
from typing import Annotated

import typer

_WHEN, _WHAT, _AFTER = "When jobs come", "What is asked", "Afterwards"

Sources = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="FILE|URI|PREFIX/…",
        help="Recordings to choose from: audio files of this machine (they are uploaded), "
        "s3://bucket/key, or all audio under s3://bucket/prefix/ or file:///directory/.",
        show_default=False,
    ),
]
Rate = Annotated[
    float | None,
    typer.Option(
        metavar="JOBS/S",
        min=0.000_001,
        rich_help_panel=_WHEN,
        help="Jobs come at random, so many a second in the mean, whether or not anything keeps "
        "up with them; default: all at once.",
    ),
]
Burst = Annotated[
    str | None,
    typer.Option(
        metavar="FACTORxON/EVERY",
        rich_help_panel=_WHEN,
        help="10x5s/60s: ten times the rate in the first 5 s of every 60. 0x…: none at all then.",
    ),
]
Jobs = Annotated[
    int | None,
    typer.Option(metavar="N", min=1, rich_help_panel=_WHEN, help="End with the N-th job."),
]
Seconds = Annotated[
    float | None,
    typer.Option(metavar="N", min=0.001, rich_help_panel=_WHEN, help="End after N seconds."),
]
Seed = Annotated[
    int,
    typer.Option(
        rich_help_panel=_WHEN, help="The same seed, with the rest the same, is the same load."
    ),
]
OperationMix = Annotated[
    str,
    typer.Option(
        "--mix",
        metavar="NAME=WEIGHT,…",
        rich_help_panel=_WHAT,
        help="Operations and their shares: diarize=4,embed=1.",
    ),
]
ModelMix = Annotated[
    str | None,
    typer.Option(
        "--models",
        metavar="NAME=WEIGHT,…",
        rich_help_panel=_WHAT,
        help="Names in the workers' catalogue and their shares; default: the workers' setting.",
    ),
]
Synthesize = Annotated[
    bool,
    typer.Option(
        "--synthesize",
        rich_help_panel=_WHAT,
        help="Make recordings up (hummed voices, FLAC), upload them once, and choose from these.",
    ),
]
Durations = Annotated[
    str,
    typer.Option(
        metavar="SPAN=WEIGHT,…",
        rich_help_panel=_WHAT,
        help="How long made-up recordings are, to a quarter of a second, and their shares.",
    ),
]
Name = Annotated[
    str | None,
    typer.Option(
        metavar="NAME",
        rich_help_panel=_WHAT,
        help="Jobs are called NAME-000000 and so on. Workers answer a name that they know from "
        "their store, so by default it is a new one.",
    ),
]
Await = Annotated[
    bool,
    typer.Option(
        "--await",
        rich_help_panel=_AFTER,
        help="Follow until every job has its result, and time it.",
    ),
]
Timeout = Annotated[
    float,
    typer.Option(
        metavar="SECONDS",
        min=0,
        rich_help_panel=_AFTER,
        help="Wait at most so long after the last job.",
    ),
]
JsonFile = Annotated[
    Path | None,
    typer.Option(
        "--json",
        metavar="FILE",
        dir_okay=False,
        rich_help_panel=_AFTER,
        help="Write the report to a file, too.",
    ),
]
