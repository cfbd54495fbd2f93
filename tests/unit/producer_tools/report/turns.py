"""Which turns do tests of the report draw?"""

from hypothesis import strategies as st

from schemas.diarization import DiarizationResult, Turn

HOSTILE = '</script><img/src=x>"&'
"""A label that the contract allows and that no page must believe."""


def turn(start: float, end: float, speaker: str) -> Turn:
    return Turn(start=start, end=end, speaker=speaker)


@st.composite
def diarizations(draw: st.DrawFn, duration: float = 60.0) -> DiarizationResult:
    """Any answer about a minute of audio; turns may overlap, also those of one speaker."""
    label = st.sampled_from(["A", "B", HOSTILE])
    moment = st.floats(0, duration)
    segments = draw(st.lists(st.tuples(moment, moment, label), max_size=12))
    return DiarizationResult.of(segments, None, duration)
