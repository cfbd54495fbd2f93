"""How do people talk to each other? They take turns, pause, interrupt, and stay where they sit."""

from dataclasses import dataclass
from random import Random

import numpy as np

from demo.sound import SAMPLE_RATE, Waveform
from demo.training.acoustics import reverberated
from demo.training.corpus import Utterances

# Somebody who interrupts begins within this last share of what he interrupts.
LONGEST_OVERLAP_SHARE = 0.8
PARTIAL_SHARE = 0.35


@dataclass(frozen=True, slots=True, eq=False)
class Participant:
    """One person of a conversation, with a level and a seat that stay the same."""

    name: str
    utterances: Utterances
    level: float
    room: Waveform | None

    def says(self, random: Random) -> Waveform:
        """Return an utterance or, every third time, a part of one."""
        utterance = random.choice(self.utterances)
        if random.random() < PARTIAL_SHARE:
            samples = int(random.uniform(0.3, 1.0) * len(utterance))
            start = random.randint(0, len(utterance) - samples)
            utterance = utterance[start : start + samples]
        heard = utterance if self.room is None else reverberated(utterance, self.room)
        return heard * np.float32(self.level)


@dataclass(frozen=True, slots=True)
class Manner:
    """How one conversation goes: its shares of interruptions, silences and monologues."""

    overlap: float
    silence: float
    monologue: float

    @classmethod
    def between_polite_and_heated(cls, random: Random) -> "Manner":
        """Return a manner by chance."""
        return cls(random.uniform(0, 0.35), random.uniform(0, 0.3), random.uniform(0, 0.4))

    def next_speaker(
        self, cast: tuple[Participant, ...], speaker: Participant, random: Random
    ) -> Participant:
        """Return who speaks after this speaker."""
        others = [participant for participant in cast if participant is not speaker]
        if not others or random.random() < self.monologue:
            return speaker
        return random.choice(others)

    def pace(self, utterance: Waveform, *, same_speaker: bool, random: Random) -> float:
        """Return the seconds from the start of this utterance to the start of the next."""
        length = len(utterance) / SAMPLE_RATE
        gap = self._gap(random)
        return length + (abs(gap) if same_speaker else max(gap, -LONGEST_OVERLAP_SHARE * length))

    def _gap(self, random: Random) -> float:
        kind = random.random()
        if kind < self.overlap:
            return -random.uniform(0.1, 2.0)
        if kind > 1 - self.silence:
            return random.uniform(1.0, 4.0)
        return random.uniform(0.0, 0.8)
