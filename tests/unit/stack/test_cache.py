"""Whether the built servers land where the user's machine wants caches."""

from pathlib import Path

import pytest

from tests.stack.cache import user_cache

_HOME = Path("/home/ada")


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        ({}, "/home/ada/.cache/turnstream"),
        ({"XDG_CACHE_HOME": "/var/caches"}, "/var/caches/turnstream"),
        ({"XDG_CACHE_HOME": ""}, "/home/ada/.cache/turnstream"),
        ({"TURNSTREAM_CACHE": "/big/disk", "XDG_CACHE_HOME": "/var/caches"}, "/big/disk"),
    ],
)
def test_the_most_specific_choice_wins(environment: dict[str, str], expected: str) -> None:
    assert user_cache(environment, _HOME) == Path(expected)
