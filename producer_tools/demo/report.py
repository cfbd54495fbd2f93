"""Show what came out: a picture of each recording, its error rate, and the files."""

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from rich.console import Console, Group, RenderableType
from rich.panel import Panel
from rich.text import Text

from producer_tools.demo.layout import Layout
from producer_tools.demo.outcome import Recording
from producer_tools.demo.turns_picture import Lane, axis, lanes, matching_colours, reference_colours

_COLOURS = ("cyan", "magenta", "green", "yellow", "blue", "red", "white")
_LABEL_WIDTH = 24
_MARGIN = 6
_WIDEST = 120

_HOW_TO_READ = (
    "[bold]How to read this.[/] DER is the share of time that is missed, invented or given to the "
    'wrong speaker (no collar, overlap scored); the baseline says "one speaker" wherever it is '
    "loud. These are the figures of a [yellow]small demonstration model[/], not of the real ones "
    "(pyannote/speaker-diarization-community-1 and -3.1). It knows the conversation's three voices "
    "from other sentences; the phone call it has never heard, in training or in tuning."
)
_NOW_TRY = """
[bold]Now try[/]
  cat {summary}
  export PATH={programs}:$PATH
  turnstream schema result    [dim]# what services that read results build on[/]
  make stack                  [dim]# a real Kafka and a real MinIO; README.md says how to go on[/]
"""


def show_report(recordings: Sequence[Recording], layout: Layout, wall_seconds: float) -> None:
    """Print everything that is known at the end."""
    console = Console()
    for recording in recordings:
        console.print(_panel(recording, layout, min(console.width, _WIDEST)))
    console.print(_HOW_TO_READ, highlight=False, width=min(console.width, _WIDEST))
    next_commands = _NOW_TRY.format(
        summary=layout.shown(layout.summary), programs=Path(sys.executable).parent
    )
    console.print(next_commands, highlight=False, soft_wrap=True)
    console.print(f"[dim]done in {wall_seconds:.1f} s; all files: {layout.shown(layout.root)}[/]")


def _panel(recording: Recording, layout: Layout, width: int) -> Panel:
    parts: list[RenderableType] = [
        *_picture(recording, width - _LABEL_WIDTH - _MARGIN),
        Text(""),
        _scores(recording),
        *_files(recording, layout),
    ]
    title = f"[bold]{recording.name}[/] [dim]{recording.about}[/]"
    return Panel(Group(*parts), title=title, title_align="left", width=width, padding=(1, 2))


def _picture(recording: Recording, width: int) -> Iterator[Text]:
    truth = reference_colours(recording.reference)
    matched = matching_colours(recording.found, recording.reference)
    duration = recording.duration_seconds
    for lane in lanes(recording.reference, duration, width, truth):
        yield _lane("reference", lane)
    for lane in lanes(recording.found, duration, width, matched):
        yield _lane("found", lane)
    yield Text(" " * _LABEL_WIDTH + axis(duration, width), style="dim")


def _lane(group: str, lane: Lane) -> Text:
    name = f"{group:10}{lane.speaker[: _LABEL_WIDTH - 11]}"
    colour = _COLOURS[lane.colour % len(_COLOURS)]
    return Text.assemble((f"{name:{_LABEL_WIDTH}}", "dim"), (lane.cells, colour))


def _scores(recording: Recording) -> Text:
    right = recording.speakers_found == recording.speakers_true
    better = recording.der < recording.one_speaker_baseline_der
    return Text.assemble(
        "DER ",
        (f"{recording.der:.1%}", "bold green" if better else "bold red"),
        f"   one-speaker baseline {recording.one_speaker_baseline_der:.1%}   speakers found ",
        (str(recording.speakers_found), "bold green" if right else "bold red"),
        f" of {recording.speakers_true}" if right else f", there are {recording.speakers_true}",
    )


def _files(recording: Recording, layout: Layout) -> Iterator[Text]:
    for path in recording.files:
        yield Text.assemble(
            (f"{path.suffix[1:].upper():5}", "dim"), (layout.shown(path), f"link {path.as_uri()}")
        )
