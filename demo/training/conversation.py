"""Where does the shipped conversation come from? A script, three plain voices, and exact times."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from demo.sound import SAMPLE_RATE, Waveform, write_flac
from demo.training.meetings import Recording
from demo.training.synthesis import speak
from demo.training.voices import plain_voices
from producer_tools.demo.scoring import Turn

SEED = 2026
LEAD_SECONDS = 0.6
NOISE_LEVEL = 10**-3.7
LEVEL = 0.4
CAST = {"Ada": "slt~plain", "Ben": "rms~plain", "Col": "awb~plain"}


@dataclass(frozen=True, slots=True)
class Line:
    """One sentence, and its distance in seconds from the end of the talk so far (< 0: overlap)."""

    speaker: str
    gap: float
    text: str


SCRIPT = (
    Line("Ada", 0.0, "Good afternoon, and welcome to the planning call for the summer festival."),
    Line("Ben", 0.5, "Hello Ada, glad I could make it."),
    Line("Col", 0.3, "Hi both of you, I am on the train, so the line may be noisy."),
    Line("Ada", 0.6, "No problem at all, Colin."),
    Line("Ada", 0.4, "Let us begin with the tents."),
    Line(
        "Ben", 0.5, "The large tent arrives on Friday morning, and it takes six people to raise it."
    ),
    Line("Col", -0.5, "Only six?"),
    Line("Ben", 0.3, "Six with a little luck, eight when the wind picks up."),
    Line("Ada", 0.7, "I can ask the rowing club, they promised to lend us a hand."),
    Line("Col", 0.4, "Wonderful, they did the same last year and were done by noon."),
    Line("Ada", 0.5, "What about the musicians?"),
    Line(
        "Col",
        0.6,
        "The brass band confirmed, but the harpist wants a dry place for her instrument.",
    ),
    Line("Ben", -0.6, "She can have the chapel, it stays open until ten."),
    Line("Ada", 0.4, "Lovely idea."),
    Line("Ada", 0.5, "Then we only need someone to print the programme before Wednesday."),
    Line("Ben", 0.4, "Leave that to me, my sister owns a print shop."),
    Line("Col", 0.5, "And I will bring lemonade for everybody."),
    Line("Ada", -0.4, "Perfect, talk to you next week!"),
    Line("Ben", 0.3, "Goodbye, and safe travels, Colin."),
)


def conversation() -> Recording:
    """Return the shipped conversation; the same programs give the same samples."""
    voices = {voice.speaker: voice for voice in plain_voices()}
    sound, turns = np.zeros(int(LEAD_SECONDS * SAMPLE_RATE), np.float32), list[Turn]()
    for line in SCRIPT:
        spoken = speak(voices[CAST[line.speaker]], line.text)
        start = len(sound) + int(line.gap * SAMPLE_RATE)
        sound = _added(sound, spoken, start)
        end = start + len(spoken)
        turns.append(Turn(start / SAMPLE_RATE, end / SAMPLE_RATE, line.speaker))
    sound = np.concatenate([sound, np.zeros(int(LEAD_SECONDS * SAMPLE_RATE), np.float32)])
    return Recording(_with_noise(sound), tuple(turns))


def write_conversation(folder: Path) -> None:
    """Write conversation.flac and its reference, conversation.rttm."""
    recording = conversation()
    folder.mkdir(parents=True, exist_ok=True)
    write_flac(folder / "conversation.flac", recording.waveform)
    lines = (
        f"SPEAKER conversation 1 {turn.start:.3f} {turn.end - turn.start:.3f} "
        f"<NA> <NA> {turn.speaker} <NA> <NA>\n"
        for turn in recording.turns
    )
    (folder / "conversation.rttm").write_text("".join(lines), encoding="utf-8")


def _added(sound: Waveform, spoken: Waveform, start: int) -> Waveform:
    longer = np.zeros(max(len(sound), start + len(spoken)), np.float32)
    longer[: len(sound)] = sound
    longer[start : start + len(spoken)] += spoken
    return longer


def _with_noise(sound: Waveform) -> Waveform:
    generator = np.random.default_rng(SEED)
    noise = generator.standard_normal(len(sound)).astype(np.float32)
    return (sound * np.float32(LEVEL) + noise * np.float32(NOISE_LEVEL)).astype(np.float32)
