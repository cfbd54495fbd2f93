"""Whether other programs read the turns as they are."""

import re

import pytest
from hypothesis import given

from producer_tools.report.audacity import audacity_labels
from producer_tools.report.textgrid import textgrid
from producer_tools.report.webvtt import webvtt
from schemas.diarization import DiarizationResult
from tests.unit.producer_tools.report.turns import diarizations, turn

TURNS = (turn(0.031, 4.217, "SPEAKER_00"), turn(3661.5, 3662.0, 'a<b>&"'))
SPAN = re.compile(r'xmin = ([\d.]+)\n +xmax = ([\d.]+)\n +text = "(.*)"')


def test_webvtt_has_a_cue_with_a_voice_for_each_turn() -> None:
    assert webvtt(TURNS) == (
        "WEBVTT\n"
        "\n00:00:00.031 --> 00:00:04.217\n<v SPEAKER_00>SPEAKER_00\n"
        '\n01:01:01.500 --> 01:01:02.000\n<v a&lt;b&gt;&amp;">a&lt;b&gt;&amp;"\n'
    )


def test_audacity_has_a_label_for_each_turn() -> None:
    assert audacity_labels(TURNS) == (
        '0.031000\t4.217000\tSPEAKER_00\n3661.500000\t3662.000000\ta<b>&"\n'
    )


def test_textgrid_has_a_tier_for_each_speaker_with_its_silences() -> None:
    text = textgrid((turn(1, 2.5, "A"), turn(2, 3, 'B"')), 4)

    assert text.splitlines()[:8] == [
        'File type = "ooTextFile"',
        'Object class = "TextGrid"',
        "",
        "xmin = 0",
        "xmax = 4.000",
        "tiers? <exists>",
        "size = 2",
        "item []:",
    ]
    assert re.findall(r"name = (.*)", text) == ['"A"', '"B"""']
    assert SPAN.findall(text) == [
        ("0.000", "1.000", ""),
        ("1.000", "2.500", "A"),
        ("2.500", "4.000", ""),
        ("0.000", "2.000", ""),
        ("2.000", "3.000", 'B""'),
        ("3.000", "4.000", ""),
    ]


@pytest.mark.parametrize(
    ("written", "nothing"), [(webvtt(()), "WEBVTT\n"), (audacity_labels(()), "")]
)
def test_silence_has_no_entries(written: str, nothing: str) -> None:
    assert written == nothing


def test_textgrid_of_silence_has_no_tiers() -> None:
    assert "size = 0\n" in textgrid((), 4)


@given(diarizations(duration=60.0))
def test_every_tier_of_a_textgrid_tiles_the_recording(answer: DiarizationResult) -> None:
    tiers = textgrid(answer.diarization, 60.0).split('class = "IntervalTier"')[1:]

    assert len(tiers) == len(answer.speakers)
    for tier in tiers:
        spans = [(float(start), float(end)) for start, end, _ in SPAN.findall(tier)]
        edges = [0.0, *(end for _, end in spans)]
        assert [start for start, _ in spans] == edges[:-1]
        assert edges[-1] == 60.0
        assert all(start < end for start, end in spans)
        assert f"intervals: size = {len(spans)}" in tier
