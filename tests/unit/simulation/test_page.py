"""Whether figures find their place on the page."""

from pathlib import Path

import pytest

from tests.simulation.costs import CPU
from tests.simulation.outcome import percentile
from tests.simulation.page import put
from tests.simulation.questions import by_audio
from tests.simulation.questions.by_audio import workers_for
from tests.simulation.table import Table, duration, percent

PAGE = "before\n<!-- days -->\nold\nold\n<!-- end of days -->\nafter\n"
TABLE = Table("days", ["day", "wait"], [["Monday", "3 s"]])


def test_replaces_what_stood_there() -> None:
    page = put(TABLE, PAGE)

    assert page == (
        "before\n<!-- days -->\n| day | wait |\n| --- | --- |\n| Monday | 3 s |\n"
        "<!-- end of days -->\nafter\n"
    )
    assert put(TABLE, page) == page


def test_refuses_a_page_without_a_place() -> None:
    with pytest.raises(KeyError, match="days"):
        put(TABLE, "nothing here")


def test_the_page_has_the_table_of_hours_as_it_is_computed() -> None:
    page = (Path(__file__).parents[3] / "docs" / "sizing.md").read_text("utf-8")

    for table in by_audio.tables():
        assert put(table, page) == page


def test_workers_are_counted_for_the_busiest_hour() -> None:
    assert workers_for(100, 1.0, CPU) == 1
    assert workers_for(1000, 1.0, CPU) == 7  # 41.7 h an hour, 7.5 windows a second each, 80 %


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [
        (0.0, "0.00 s"),
        (0.25, "0.25 s"),
        (1.0, "1.0 s"),
        (99.6, "100 s"),
        (180.0, "3.0 min"),
        (9000.0, "2.5 h"),
    ],
)
def test_durations_are_shown_in_the_unit_people_use(seconds: float, shown: str) -> None:
    assert duration(seconds) == shown


def test_shares_are_shown_in_whole_per_cent() -> None:
    assert percent(0.796) == "80 %"


def test_percentiles_are_values_that_were_seen() -> None:
    values = [1.0, 2.0, 3.0, 4.0]

    assert [percentile(values, share) for share in (0.01, 0.5, 0.51, 0.99)] == [1.0, 2.0, 3.0, 4.0]
