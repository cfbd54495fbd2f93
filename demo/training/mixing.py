"""What does one training example sound like? A few seconds of a made-up conversation, labelled."""

from dataclasses import dataclass
from itertools import groupby
from random import Random

import numpy as np

from demo.sound import SAMPLE_RATE, Waveform
from demo.training.acoustics import Acoustics
from demo.training.corpus import Utterances
from demo.training.meetings import Recording
from demo.training.talk import Manner, Participant
from demo.training.voices import PLAIN, base_of
from producer_tools.demo.scoring import Turn

SPEAKERS_PER_MIXTURE = (1, 2, 2, 2, 3, 3)
# What an example is: plain voices (the demonstration's own domain), voices bent out of them,
# voices cut out of meetings, or a stretch of a meeting as it was.
SHARES = (0.5, 0.2, 0.2, 0.1)


@dataclass(frozen=True, slots=True, eq=False)
class Material:
    """What examples are made of: voices of both kinds, and recordings as they are."""

    synthetic: dict[str, Utterances]
    meeting: dict[str, Utterances]
    recordings: tuple[Recording, ...]

    @property
    def plain(self) -> dict[str, Utterances]:
        """Return the synthetic voices as they come."""
        return {name: said for name, said in self.synthetic.items() if name.endswith(PLAIN)}

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
        """Return one example of a kind chosen by chance."""
        kinds = (self.material.plain, self.material.synthetic, self.material.meeting, None)
        available = len(kinds) if self.material.recordings else 2
        (voices,) = random.choices(kinds[:available], SHARES[:available])
        if voices is None:
            return self._stretch(seconds, random)
        return self.mixture(voices, seconds, random)

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
        by_base = groupby(sorted(voices), base_of)
        names = [random.choice(list(alike)) for _, alike in by_base]
        names = random.sample(names, random.choice(SPEAKERS_PER_MIXTURE))
        in_rooms = random.random() < 0.5
        return tuple(
            Participant(
                name,
                voices[name],
                level=10 ** random.uniform(-0.4, 0.1),
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
