"""Draw turns against their reference into a PNG file."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from producer_tools.demo.outcome import Recording
from producer_tools.demo.scoring import Turn
from producer_tools.demo.turns_picture import matching_colours, reference_colours

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_LANE_INCHES = 0.38
_PALETTE = ("#4477aa", "#ee6677", "#228833", "#ccbb44", "#66ccee", "#aa3377", "#bbbbbb")


def write_png(recording: Recording, path: Path) -> None:
    """Draw the reference above and what was found below, over one time axis."""
    from matplotlib.figure import Figure

    lanes = recording.speakers_true, max(1, recording.speakers_found)
    figure = Figure(figsize=(11, 1.6 + _LANE_INCHES * sum(lanes)), layout="constrained")
    above, below = figure.subplots(2, 1, sharex=True, height_ratios=lanes)
    truth = reference_colours(recording.reference)
    _draw(above, recording.reference, truth, "reference")
    _draw(below, recording.found, matching_colours(recording.found, recording.reference), "found")
    below.set_xlim(0, recording.duration_seconds)
    below.set_xlabel("seconds")
    figure.suptitle(
        f"{recording.name}: DER {recording.der:.1%} "
        f"(one-speaker baseline {recording.one_speaker_baseline_der:.1%}), "
        "small demonstration model",
        fontsize=11,
    )
    figure.savefig(path, dpi=120)


def _draw(axes: "Axes", turns: Sequence[Turn], colours: Mapping[str, int], title: str) -> None:
    order = sorted(colours, key=lambda who: colours[who])
    for lane, who in enumerate(order):
        spans = [(turn.start, turn.end - turn.start) for turn in turns if turn.speaker == who]
        colour = _PALETTE[colours[who] % len(_PALETTE)]
        axes.broken_barh(spans, (lane - 0.38, 0.76), facecolors=colour)
    axes.set_yticks(range(len(order)), order)
    axes.set_ylim(len(order) - 0.5, -0.5)
    axes.set_title(title, loc="left", fontsize=9)
    axes.spines[["top", "right"]].set_visible(False)
