"""Canonical JSON: the same bytes for the same content."""

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from schemas.canonical import canonical_json
from schemas.result import StoredResult
from tests.unit.schemas.strategies import json_scalars, names, quick, stored_results

anything = st.recursive(
    json_scalars
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.integers(1 - 2**53, 2**53 - 1),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=3), inner, max_size=4)
    ),
)
documents = st.dictionaries(names, json_scalars | st.lists(json_scalars, max_size=3), min_size=2)


@quick
@given(documents)
def test_the_order_of_members_does_not_matter(document: dict[str, object]) -> None:
    reordered = dict(reversed(document.items()))

    assert canonical_json(reordered) == canonical_json(document)


@quick
@given(stored_results)
def test_a_model_and_its_values_have_the_same_bytes(stored: StoredResult) -> None:
    assert canonical_json(stored) == canonical_json(stored.model_dump(mode="json"))


@quick
@given(anything)
def test_every_value_has_the_bytes_of_the_reference(value: object) -> None:
    assert canonical_json(value) == rfc8785.dumps(value)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "value", [9.999e-5, 1e-4, 1e16, 1e16 - 2, 1e15 + 0.5, 2.0**53, -(2.0**53), 5e-324, "\x7f\u2028"]
)
def test_what_two_writers_might_write_otherwise_has_the_bytes_of_the_reference(
    value: object,
) -> None:
    assert canonical_json([value]) == rfc8785.dumps([value])  # type: ignore[list-item]


def test_members_numbers_and_text_are_written_as_rfc_8785_says() -> None:
    value = {"b": 4.0, "a": [0.1, 1e21, 1e-7, -0.0, 333333333.33333329], "ü€": '\u20ac\n\u000f"/'}

    assert canonical_json(value).decode() == (
        '{"a":[0.1,1e+21,1e-7,0,333333333.3333333],"b":4,"ü€":"€\\n\\u000f\\"/"}'
    )


@pytest.mark.parametrize("value", [float("nan"), float("inf"), 2**53, {1: 2}, "\ud800", b"x"])
def test_what_json_cannot_hold_is_refused(value: object) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - any will do
        canonical_json([value])
