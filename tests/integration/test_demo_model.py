"""Does the demonstration model do on its own conversation what the README says of it?"""

import os
import re
import shutil
from pathlib import Path

import numpy as np
import pytest

from tests.conftest import unavailable

# Before torch is loaded: threads that spin while they wait starve each other on a busy machine.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
pytest.importorskip("pyannote.audio", reason="needs the extra 'ml'")

# pyannote.audio and what it imports warn on import; none of it is ours to mend.
pytestmark = pytest.mark.filterwarnings("ignore")

MAX_MODEL_BYTES = 4_000_000
MAX_AUDIO_BYTES = 1_000_000
MAX_DER = 0.15


def _sentences(text: str) -> set[str]:
    return {sentence.strip().lower() for sentence in re.split(r"[.!?]", text) if sentence.strip()}


def test_the_pipeline_directory_is_small() -> None:
    from demo.diarizer import MODEL

    sizes = [path.stat().st_size for path in MODEL.rglob("*") if path.is_file()]

    assert {path.name for path in MODEL.iterdir()} == {
        "config.yaml",
        "embedding",
        "plda",
        "segmentation",
    }
    assert sum(sizes) <= MAX_MODEL_BYTES


def test_the_conversation_is_diarized_with_the_right_number_of_speakers() -> None:
    from demo.diarizer import load_pipeline
    from demo.evaluate import CONVERSATION, score

    result = score(load_pipeline(), CONVERSATION)

    assert result.der <= MAX_DER
    assert result.speakers_found == result.speakers_true
    assert result.der < result.baseline_der


def test_the_embedding_is_what_an_engine_for_wespeaker_recognises() -> None:
    from pyannote.audio.models.embedding.wespeaker import BaseWeSpeakerResNet

    from demo.diarizer import load_pipeline

    pipeline = load_pipeline()

    assert isinstance(pipeline._embedding.model_, BaseWeSpeakerResNet)


def test_the_sentences_of_the_conversation_are_never_trained_on() -> None:
    from demo.training.conversation import SCRIPT
    from demo.training.plan import plan_from_arguments
    from demo.training.sentences import training_sentences
    from demo.training.voices import training_voices

    plan = plan_from_arguments([])
    trained = {
        sentence
        for voice in training_voices(plan.voices, plan.seed)
        for text in training_sentences(voice.speaker, voice.sentences)
        for sentence in _sentences(text)
    }
    shipped = {sentence for line in SCRIPT for sentence in _sentences(line.text)}

    assert len(trained) > 1000
    assert shipped
    assert not shipped & trained


def test_the_reference_lies_within_the_audio_and_both_are_small() -> None:
    from demo.evaluate import CONVERSATION
    from demo.sound import SAMPLE_RATE, read_waveform
    from producer_tools.demo.scoring import read_rttm

    duration = len(read_waveform(CONVERSATION)) / SAMPLE_RATE
    turns = read_rttm(CONVERSATION.with_suffix(".rttm"))

    assert CONVERSATION.stat().st_size <= MAX_AUDIO_BYTES
    assert all(0 <= turn.start < turn.end <= duration for turn in turns)


def test_the_script_renders_the_shipped_turns_in_their_order(tmp_path: Path) -> None:
    from demo.evaluate import CONVERSATION
    from demo.training.conversation import write_conversation
    from producer_tools.demo.scoring import read_rttm

    if not all(map(shutil.which, ("flite", "sox"))):
        unavailable("flite or sox is not installed", "speech synthesis tests")

    write_conversation(tmp_path)

    rendered = read_rttm(tmp_path / "conversation.rttm")
    shipped = read_rttm(CONVERSATION.with_suffix(".rttm"))
    assert [turn.speaker for turn in rendered] == [turn.speaker for turn in shipped]


def test_a_perfect_answer_scores_zero_and_swapped_names_cost_nothing() -> None:
    from producer_tools.demo.scoring import Turn, der

    reference = (Turn(0.0, 4.0, "a"), Turn(3.0, 6.0, "b"))
    renamed = (Turn(0.0, 4.0, "X"), Turn(3.0, 6.0, "Y"))

    assert der(reference, renamed, duration=10.0) == 0.0
    assert der(reference, (), duration=10.0) == 1.0


def test_the_baseline_is_one_speaker_where_it_is_loud() -> None:
    from producer_tools.demo.scoring import one_speaker_baseline

    sound = np.full(16_000 * 6, 1e-4, np.float32)
    sound[16_000 * 2 : 16_000 * 4] = 0.3

    (turn,) = one_speaker_baseline(sound, 16_000)

    assert turn.start == pytest.approx(2.0, abs=0.25)
    assert turn.end == pytest.approx(4.0, abs=0.25)
