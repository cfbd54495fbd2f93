"""Say what `turnstream submit` can be told, and how its help explains it."""

from enum import StrEnum
from typing import Annotated

import typer

_WHAT, _WHERE, _WAITING = "What is asked", "Where things go", "Waiting"


class Format(StrEnum):
    """What results can be written as."""

    JSON = "json"
    RTTM = "rttm"


Sources = Annotated[
    list[str],
    typer.Argument(
        metavar="FILE|URI…",
        help="Audio files of this machine (they are uploaded), or s3://bucket/key of stored ones.",
        show_default=False,
    ),
]
OperationName = Annotated[
    str,
    typer.Option(
        "--operation",
        rich_help_panel=_WHAT,
        help="diarize: who spoke when. embed: voiceprints. Or another that your workers serve.",
    ),
]
Ranges = Annotated[
    list[str] | None,
    typer.Option(
        "--range",
        metavar="START-END",
        rich_help_panel=_WHAT,
        help="Repeatable, with embed: a voiceprint of these seconds; default: one of everything.",
    ),
]
Speakers = Annotated[
    int | None,
    typer.Option(rich_help_panel=_WHAT, help="Exactly so many speakers; excludes the bounds."),
]
AtLeast = Annotated[
    int | None, typer.Option("--min", rich_help_panel=_WHAT, help="At least so many speakers.")
]
AtMost = Annotated[
    int | None, typer.Option("--max", rich_help_panel=_WHAT, help="At most so many speakers.")
]
Model = Annotated[
    str | None,
    typer.Option(
        rich_help_panel=_WHAT,
        help="A name in the workers' catalogue; default: the workers' setting.",
    ),
]
Channel = Annotated[
    int | None,
    typer.Option(
        rich_help_panel=_WHAT, help="Listen to this channel, from 0; default: the mean of all."
    ),
]
MetadataPairs = Annotated[
    list[str] | None,
    typer.Option(
        "--metadata",
        metavar="KEY=VALUE",
        rich_help_panel=_WHAT,
        help="Repeatable; comes back untouched with the result.",
    ),
]
JobId = Annotated[
    str | None,
    typer.Option(
        rich_help_panel=_WHAT,
        help="Your name for the work, when there is one source; default: made from the file's.",
    ),
]
Deadline = Annotated[
    str | None,
    typer.Option(
        metavar="SPAN|TIME",
        rich_help_panel=_WHAT,
        help="End as `expired` when no device is reached by then: 30m, 2h, or an RFC 3339 time.",
    ),
]
Recompute = Annotated[
    str | None,
    typer.Option(
        metavar="ID",
        rich_help_panel=_WHAT,
        help="Compute anew although a result is stored; the same ID finds that one again.",
    ),
]
UploadTo = Annotated[
    str | None,
    typer.Option(
        "--upload",
        metavar="URI",
        envvar="TURNSTREAM_UPLOAD_URI",
        rich_help_panel=_WHERE,
        help="Prefix for uploaded files: s3://bucket/prefix/ or file:///directory/. "
        "S3 is reached the AWS way (AWS_ENDPOINT_URL_S3, AWS_REGION, credentials).",
    ),
]
OutputUri = Annotated[
    str | None,
    typer.Option(
        "--output",
        metavar="URI",
        rich_help_panel=_WHERE,
        help="Prefix for the result objects; default: the workers' setting.",
    ),
]
Formats = Annotated[
    list[Format] | None,
    typer.Option("--format", rich_help_panel=_WHERE, help="Repeatable; JSON is always written."),
]
Wait = Annotated[
    bool,
    typer.Option(
        "--wait/--no-wait", rich_help_panel=_WAITING, help="Follow until every job has its result."
    ),
]
Timeout = Annotated[
    float,
    typer.Option(metavar="SECONDS", rich_help_panel=_WAITING, help="Wait at most so long.", min=0),
]
