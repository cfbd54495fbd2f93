"""What does one training example sound like? A few seconds of a made-up conversation, labelled."""

from dataclasses import dataclass
from random import Random

import numpy as np

from demo.sound import SAMPLE_RATE, Waveform
from demo.training.acoustics import Acoustics
from demo.training.corpus import Utterances
from demo.training.meetings import Recording
from demo.training.talk import Manner, Participant
from producer_tools.demo.scoring import Turn

SPEAKERS_PER_MIXTURE = (1, 2, 2, 2, 3, 3)
SYNTHETIC_SHARE = 0.65
MEETING_VOICES_SHARE = 0.2


@dataclass(frozen=True, slots=True, eq=False)
class Material:
    """What examples are made of: voices of both kinds, and recordings as they are."""

    synthetic: dict[str, Utterances]
    meeting: dict[str, Utterances]
    recordings: tuple[Recording, ...]

    @property
    def speakers(self) -> tuple[str, ...]:
        """Return every speaker that an example may hold, in a fixed order."""
        named = {turn.speaker for recording in self.recordings for turn in recording.turns}
        return tuple(sorted({*self.synthetic, *self.meeting, *named}))


class Mixer:
    """Makes examples of its material, each one decided by the caller's Random alone."""

    def __init__(self, material: Material, acoustics: Acoustics) -> None:
        self.material = material
        self._acoustics = acoustics

    def example(self, seconds: float, random: Random) -> Recording:
        """Return one example: mostly synthetic voices, else meeting voices or a real stretch."""
        kind = random.random() if self.material.recordings else 0.0
        if kind < SYNTHETIC_SHARE:
            return self.mixture(self.material.synthetic, seconds, random)
        if kind < SYNTHETIC_SHARE + MEETING_VOICES_SHARE:
            return self.mixture(self.material.meeting, seconds, random)
        return self._stretch(seconds, random)

    def mixture(self, voices: dict[str, Utterances], seconds: float, random: Random) -> Recording:
        """Return a made-up conversation of one to three of the voices."""
        sound = np.zeros(int(seconds * SAMPLE_RATE), np.float32)
        turns: list[Turn] = []
        cast, manner = self._cast(voices, random), Manner.between_polite_and_heated(random)
        speaker, clock = random.choice(cast), random.uniform(-2.0, 2.5)
        while clock < seconds:
            utterance = speaker.says(random)
            turns += _laid(sound, utterance, clock, speaker.name)
            previous, speaker = speaker, manner.next_speaker(cast, speaker, random)
            clock += manner.pace(utterance, same_speaker=speaker is previous, random=random)
        return Recording(self._acoustics.recorded(sound, random), tuple(turns))

    def _cast(self, voices: dict[str, Utterances], random: Random) -> tuple[Participant, ...]:
        names = random.sample(sorted(voices), random.choice(SPEAKERS_PER_MIXTURE))
        in_rooms = random.random() < 0.5
        return tuple(
            Participant(
                name,
                voices[name],
                level=10 ** random.uniform(-0.6, 0.2),
                room=self._acoustics.room(random) if in_rooms else None,
            )
            for name in names
        )

    def _stretch(self, seconds: float, random: Random) -> Recording:
        recording = random.choice(self.material.recordings)
        start = random.uniform(0, len(recording.waveform) / SAMPLE_RATE - seconds - 0.01)
        sound = recording.cut(start, start + seconds + 0.01)[: int(seconds * SAMPLE_RATE)]
        turns = tuple(
            Turn(max(turn.start - start, 0.0), min(turn.end - start, seconds), turn.speaker)
            for turn in recording.turns
            if turn.start < start + seconds and turn.end > start
        )
        level = 0.1 / (np.abs(sound).max() + 1e-3) * 10 ** random.uniform(-0.3, 0.7)
        return Recording(self._acoustics.recorded(sound * np.float32(level), random), turns)


def _laid(sound: Waveform, utterance: Waveform, clock: float, speaker: str) -> list[Turn]:
    """Add the part of the utterance that falls within the sound; return its turn, if any."""
    begin = int(clock * SAMPLE_RATE)
    start, end = max(begin, 0), min(begin + len(utterance), len(sound))
    if end <= start:
        return []
    sound[start:end] += utterance[start - begin : end - begin]
    return [Turn(start / SAMPLE_RATE, end / SAMPLE_RATE, speaker)]
