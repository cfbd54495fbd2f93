"""Whether the picture of turns shows what is in the turns."""

from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from producer_tools.demo.scoring import Turn
from producer_tools.demo.turns_picture import axis, lanes, matching_colours, reference_colours

DURATION = 40.0


@st.composite
def turns(draw: st.DrawFn) -> list[Turn]:
    spans = st.tuples(st.floats(0, 39), st.floats(0.01, 5), st.sampled_from("ABC"))
    return [
        Turn(start, min(start + length, DURATION), who)
        for start, length, who in draw(st.lists(spans))
    ]


def drawn(found: Sequence[Turn], width: int) -> dict[str, str]:
    colours = reference_colours(found)
    return {lane.speaker: lane.cells for lane in lanes(found, DURATION, width, colours)}


def test_a_half_character_stands_for_its_share_of_the_time() -> None:
    found = [Turn(0, 10, "A"), Turn(10, 15, "B"), Turn(35, 40, "B")]

    assert drawn(found, width=4) == {"A": "█   ", "B": " ▌ ▐"}


@given(found=turns(), width=st.integers(1, 80))
def test_every_speaker_has_one_lane_of_the_whole_width(found: list[Turn], width: int) -> None:
    picture = drawn(found, width)

    assert picture.keys() == {turn.speaker for turn in found}
    assert all(len(cells) == width for cells in picture.values())


@given(found=turns())
def test_silence_is_never_drawn_as_speech(found: list[Turn]) -> None:
    width = 20
    half = DURATION / (2 * width)
    for who, cells in drawn(found, width).items():
        own = [turn for turn in found if turn.speaker == who]
        for number, cell in enumerate(cells):
            middle = (2 * number + 1) * half
            near = any(turn.start < middle + half and turn.end > middle - half for turn in own)
            assert near or cell == " "


@given(found=turns(), reference=turns())
def test_no_two_speakers_found_share_a_colour(found: list[Turn], reference: list[Turn]) -> None:
    colours = matching_colours(found, reference)

    assert colours.keys() == {turn.speaker for turn in found}
    assert len(set(colours.values())) == len(colours)


def test_speakers_found_take_the_colours_of_those_they_overlap() -> None:
    reference = [Turn(0, 10, "Ada"), Turn(10, 20, "Ben")]
    found = [Turn(9, 20, "S0"), Turn(0, 9, "S1"), Turn(25, 26, "S2")]

    assert reference_colours(reference) == {"Ada": 0, "Ben": 1}
    assert matching_colours(found, reference) == {"S0": 1, "S1": 0, "S2": 2}


def test_the_time_axis_has_even_marks_that_fit() -> None:
    assert axis(30, 48) == "╵0s     ╵5s     ╵10s    ╵15s    ╵20s    ╵25s    "
    assert axis(600, 32) == "╵0s             ╵5:00           "


@given(duration=st.floats(0.1, 50_000), width=st.integers(1, 200))
def test_the_time_axis_is_as_wide_as_the_lanes(duration: float, width: int) -> None:
    assert len(axis(duration, width)) == width
