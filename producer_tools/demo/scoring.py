"""How good is a diarization? DER against a reference, beside one speaker on an energy detector."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from pyannote.core import Annotation

FRAME_SECONDS = 0.025
STEP_SECONDS = 0.010
# Speech is louder than this share of the way, in dB, from the quiet tenth to the loud twentieth.
LOUDNESS_SHARE = 0.3
SMOOTHING_FRAMES = 41


@dataclass(frozen=True, slots=True)
class Turn:
    """Somebody speaks from start to end, in seconds."""

    start: float
    end: float
    speaker: str


def read_rttm(path: Path) -> tuple[Turn, ...]:
    """Return the SPEAKER lines of an RTTM file in their order."""
    lines = (line.split() for line in path.read_text(encoding="utf-8").splitlines())
    return tuple(
        Turn(float(fields[3]), float(fields[3]) + float(fields[4]), fields[7])
        for fields in lines
        if fields and fields[0] == "SPEAKER"
    )


def speaker_count(turns: Iterable[Turn]) -> int:
    """Return how many different speakers the turns name."""
    return len({turn.speaker for turn in turns})


def der(reference: Iterable[Turn], hypothesis: Iterable[Turn], duration: float) -> float:
    """Return the diarization error rate (1.0 = 100 %) over the whole file, `duration` in seconds.

    No collar, overlap scored. Raises ImportError without the extra `ml` (pyannote.metrics).
    """
    from pyannote.core import Segment, Timeline
    from pyannote.metrics.diarization import DiarizationErrorRate

    metric = DiarizationErrorRate(collar=0.0, skip_overlap=False)
    whole_file = Timeline([Segment(0.0, duration)])
    return float(metric(_annotation(reference), _annotation(hypothesis), uem=whole_file))


def one_speaker_baseline(waveform: "NDArray[np.float32]", sample_rate: int) -> tuple[Turn, ...]:
    """Return what a diarizer without a model would say: one speaker wherever it is loud."""
    import numpy as np

    edges = np.flatnonzero(np.diff(np.r_[0, _loud_frames(waveform, sample_rate), 0]))
    times = (edges * STEP_SECONDS).tolist()
    return tuple(
        Turn(start, end, "SPEAKER_00") for start, end in zip(times[::2], times[1::2], strict=True)
    )


def _loud_frames(waveform: "NDArray[np.float32]", sample_rate: int) -> "NDArray[np.int64]":
    import numpy as np

    frame, step = int(FRAME_SECONDS * sample_rate), int(STEP_SECONDS * sample_rate)
    frames = np.lib.stride_tricks.sliding_window_view(waveform, frame)[::step]
    decibels = 10 * np.log10(np.square(frames).mean(axis=1) + 1e-10)
    quiet, loud = np.percentile(decibels, (10, 95))
    voiced = decibels > quiet + LOUDNESS_SHARE * (loud - quiet)
    # The majority of each neighbourhood decides, so that a click is no turn and a stop no pause.
    votes = np.convolve(voiced, np.ones(SMOOTHING_FRAMES), mode="same")
    return (votes > SMOOTHING_FRAMES / 2).astype(np.int64)


def _annotation(turns: Iterable[Turn]) -> "Annotation":
    from pyannote.core import Annotation, Segment

    annotation = Annotation()
    for track, turn in enumerate(turns):
        annotation[Segment(turn.start, turn.end), track] = turn.speaker
    return annotation
