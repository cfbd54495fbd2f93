"""Whether things are chosen in the shares that were asked for."""

from collections import Counter
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from producer_tools.exits import WrongUsage
from producer_tools.load.mix import Mix, parse_mix
from producer_tools.load.spans import parse_span

WEIGHTS = st.lists(st.integers(0, 9), min_size=1, max_size=5).filter(any)


@settings(max_examples=30)
@given(weights=WEIGHTS, seed=st.integers())
def test_things_are_drawn_in_their_shares(weights: list[int], seed: int) -> None:
    mix = Mix.of(enumerate(weights))
    random = Random(seed)

    drawn = Counter(mix.draw(random) for _ in range(2_000))

    for thing, weight in enumerate(weights):
        # Five standard deviations of the widest share are 0.056.
        assert drawn[thing] / 2_000 == pytest.approx(weight / sum(weights), abs=0.07)
        assert weight or not drawn[thing]


@given(weights=WEIGHTS)
def test_a_mix_gives_back_its_weights(weights: list[int]) -> None:
    mix = Mix.of(enumerate(weights))

    assert list(mix.weighted) == list(enumerate(weights))


@pytest.mark.parametrize(
    ("text", "weighted"),
    [
        ("diarize", [("diarize", 1)]),
        ("diarize=4,embed=1", [("diarize", 4), ("embed", 1)]),
        ("a=0.5, b", [("a", 0.5), ("b", 1)]),
        ("name=with=3", [("name=with", 3)]),
    ],
)
def test_a_mix_is_read(text: str, weighted: list[tuple[str, float]]) -> None:
    assert list(parse_mix("--mix", text, str).weighted) == weighted


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("a=x", "--mix a=x: 'x' is no weight"),
        ("a=-1", "'-1' is no weight"),
        ("a=nan", "'nan' is no weight"),
        ("a=0,b=0", "nothing in it has a weight above 0"),
    ],
)
def test_what_is_no_mix_is_refused(text: str, sentence: str) -> None:
    with pytest.raises(WrongUsage, match=sentence):
        parse_mix("--mix", text, str)


@pytest.mark.parametrize(
    ("text", "seconds"), [("10s", 10), ("1.5m", 90), ("2h", 7_200), ("0.5s", 0.5)]
)
def test_a_span_is_read(text: str, seconds: float) -> None:
    assert parse_span(text) == seconds


@pytest.mark.parametrize("text", ["10", "s", "0s", "-1s", "1d", ".5s"])
def test_what_is_no_span_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="write one like 10s"):
        parse_span(text)
