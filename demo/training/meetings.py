"""What do real meetings add? AMI clips with their reference turns, as recordings and as voices."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from demo.sound import SAMPLE_RATE, Waveform, read_waveform
from demo.training.corpus import Utterances
from producer_tools.demo.scoring import Turn, read_rttm

TEMPOS = (0.92, 1.0, 1.08)
SHORTEST_PIECE_SECONDS = 0.4
SHORTEST_PAUSE_SECONDS = 0.6
PEAK = 0.5


@dataclass(frozen=True, slots=True)
class Recording:
    """One recorded clip and who speaks when in it."""

    waveform: Waveform
    turns: tuple[Turn, ...]

    def cut(self, start: float, end: float) -> Waveform:
        """Return the samples between two times in seconds."""
        return self.waveform[int(start * SAMPLE_RATE) : int(end * SAMPLE_RATE)]


def read_recordings(folder: Path) -> tuple[Recording, ...]:
    """Return every `NAME.wav` of the folder that has a `NAME.rttm`, each at three tempos."""
    return tuple(
        _played(Recording(read_waveform(path.with_suffix(".wav")), read_rttm(path)), tempo)
        for path in sorted(folder.glob("*.rttm"))
        for tempo in TEMPOS
    )


def meeting_speakers(recordings: tuple[Recording, ...]) -> dict[str, Utterances]:
    """Return the stretches in which one person speaks alone, by person (and tempo)."""
    speakers: dict[str, list[Waveform]] = {}
    for recording in recordings:
        for turn in recording.turns:
            for start, end in _alone(turn, recording.turns):
                piece = recording.cut(start, end)
                level = np.abs(piece).max() + 1e-4
                speakers.setdefault(turn.speaker, []).append(piece * np.float32(PEAK / level))
    return {name: tuple(pieces) for name, pieces in sorted(speakers.items()) if len(pieces) > 1}


def backgrounds(recordings: tuple[Recording, ...]) -> Utterances:
    """Return the stretches in which nobody speaks: rooms with their fans, doors and papers."""
    found: list[Waveform] = []
    for recording in recordings:
        quiet_since = 0.0
        length = len(recording.waveform) / SAMPLE_RATE
        for turn in (
            *sorted(recording.turns, key=lambda turn: turn.start),
            Turn(length, length, ""),
        ):
            if turn.start - quiet_since > SHORTEST_PAUSE_SECONDS:
                found.append(recording.cut(quiet_since + 0.1, turn.start - 0.1))
            quiet_since = max(quiet_since, turn.end)
    return tuple(found)


def _played(recording: Recording, tempo: float) -> Recording:
    """Play faster or slower, as a tape: the voices become other voices."""
    samples = len(recording.waveform)
    positions = np.arange(0, samples - 1, tempo)
    waveform = np.interp(positions, np.arange(samples), recording.waveform).astype(np.float32)
    turns = tuple(
        Turn(turn.start / tempo, turn.end / tempo, f"{turn.speaker}~{tempo}")
        for turn in recording.turns
    )
    return Recording(waveform, turns)


def _alone(turn: Turn, turns: tuple[Turn, ...]) -> list[tuple[float, float]]:
    others = sorted(
        (other.start, other.end)
        for other in turns
        if other.speaker != turn.speaker and other.start < turn.end and other.end > turn.start
    )
    pieces, free_since = [], turn.start
    for start, end in (*others, (turn.end, turn.end)):
        if start - free_since > SHORTEST_PIECE_SECONDS:
            pieces.append((free_since, start))
        free_since = max(free_since, end)
    return pieces
