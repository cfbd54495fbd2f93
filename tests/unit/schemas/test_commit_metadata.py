"""Whether what a commit says is read as it was written, and nothing else is believed."""

from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.commit_metadata import (
    MOST_COUNTED,
    MOST_OFFSET,
    MOST_OPEN,
    Mark,
    MetadataUnreadable,
    Progress,
    decode,
    encode,
    worst_case_bytes,
)

WIDEST = Mark(MOST_COUNTED, MOST_COUNTED)

marks = st.builds(Mark, st.integers(0, MOST_COUNTED), st.integers(0, MOST_COUNTED))
distances = st.one_of(st.just(1), st.integers(1, 12), st.integers(1, 10**15))


@st.composite
def open_offsets(draw: st.DrawFn, marks: st.SearchStrategy[Mark] = marks) -> dict[int, Mark]:
    """Ascending, in clusters with few different marks, so that there are runs."""
    offset, opened = draw(st.integers(0, 2**40)), {}
    few = st.sampled_from(draw(st.lists(marks, min_size=1, max_size=3)))
    for distance in draw(st.lists(distances, max_size=30)):
        offset += distance
        opened[offset] = draw(few)
    return opened


@st.composite
def progresses(draw: st.DrawFn) -> tuple[int, Progress]:
    """A committed offset, and what is known from there on."""
    opened = draw(open_offsets())
    lowest = min(opened, default=draw(st.integers(0, 2**40)))
    offset = max(0, lowest - draw(st.integers(0, 3)))
    end = max(opened, default=offset - 1) + 1 + draw(st.integers(0, 10**15))
    return offset, Progress(end, opened)


def without_unknown_tail(offset: int, progress: Progress) -> Progress:
    """As if what was delivered last, and of which nothing is known, had never been delivered."""
    end, opened = progress.end, dict(progress.open)
    while opened.get(end - 1) == Mark():
        end -= 1
        del opened[end]
    return Progress(end, opened)


@given(progresses())
def test_what_is_written_is_read_back(written: tuple[int, Progress]) -> None:
    offset, progress = written

    text = encode(offset, progress)

    assert decode(offset, text) == without_unknown_tail(offset, progress)
    assert list(decode(offset, text).open) == sorted(decode(offset, text).open)
    assert text.isascii()
    assert text.isprintable()


@pytest.mark.parametrize(
    ("progress", "text"),
    [
        (Progress(10), ""),
        (Progress(12, {10: Mark(), 11: Mark()}), ""),
        (Progress(13, {10: Mark()}), "1:o1f2"),
        (Progress(12, {10: Mark(), 11: Mark(1)}), "1:o1o1s1"),
        (Progress(517, {10: Mark(1), 14: Mark(0, 1), 15: Mark(0, 1)}), "1:o1s1f3o2a1f501"),
        (Progress(11, {10: Mark(3, 2)}), "1:o1s3a2"),
        (Progress(15), "1:f5"),
    ],
)
def test_a_person_can_read_it(progress: Progress, text: str) -> None:
    assert encode(10, progress) == text


def test_counts_stop_where_the_width_of_an_entry_would_grow() -> None:
    endless = Progress(3, {0: Mark(10**6, 99), 1: Mark(99, 10**9), 2: Mark(100, 100)})

    assert encode(0, endless) == "1:o3s99a99"
    assert decode(0, "1:o3s99a99").open == dict.fromkeys(range(3), WIDEST)


def test_three_hundred_jobs_may_be_open_at_the_worst() -> None:
    # neighbours differ in their marks, and behind each a hundred are finished
    worst = {each * 101: Mark(MOST_COUNTED, MOST_COUNTED - each % 2) for each in range(300)}

    text = encode(0, Progress(max(worst) + 101, worst))

    assert len(text) <= 4096 - worst_case_bytes(0, 0, unseen=16)
    assert len(decode(0, text).open) == 300


@given(opened=open_offsets(), tail=st.integers(0, 10**15), data=st.data())
def test_what_is_reserved_suffices_whoever_finishes_and_whatever_is_marked(
    opened: Mapping[int, Mark], tail: int, data: st.DataObject
) -> None:
    end = max(opened, default=0) + 1 + tail
    reserved = worst_case_bytes(len(opened), end - min(opened, default=end))

    left = data.draw(st.sets(st.sampled_from(sorted(opened)))) if opened else set()
    later = {offset: data.draw(st.one_of(st.just(WIDEST), marks)) for offset in sorted(left)}

    assert len(encode(min(later, default=end), Progress(end, later))) <= reserved


@given(opened=open_offsets(), data=st.data())
def test_what_is_reserved_suffices_for_records_that_nobody_has_seen(
    opened: Mapping[int, Mark], data: st.DataObject
) -> None:
    end = max(opened, default=0) + 1
    arrivals = data.draw(st.lists(st.integers(end, MOST_OFFSET - 1), max_size=16, unique=True))
    reserved = worst_case_bytes(len(opened), end - min(opened, default=end), unseen=16)

    delivered = [*opened, *sorted(arrivals)]
    left = data.draw(st.sets(st.sampled_from(delivered))) if delivered else set()
    later = {offset: data.draw(st.one_of(st.just(WIDEST), marks)) for offset in sorted(left)}
    end = max(delivered, default=0) + 1

    assert len(encode(min(later, default=end), Progress(end, later))) <= reserved


@given(digits=st.integers(0, 15), count=st.integers(1, 40))
def test_what_is_reserved_is_exact_where_all_runs_are_of_equal_width(
    digits: int, count: int
) -> None:
    gap = 10**digits  # the shortest of its width: the tightest case of the bound
    opened = {each * (gap + 1): Mark(MOST_COUNTED, 98 + each % 2) for each in range(count)}
    end = count * (gap + 1)

    text = encode(0, Progress(end, opened))

    assert len(text) <= worst_case_bytes(count, end) <= len(text) + count


def test_what_is_reserved_for_unseen_records_lets_them_lie_at_the_ends_of_the_log() -> None:
    apart = MOST_OFFSET // 17
    arrivals = {each * apart: Mark(MOST_COUNTED, 98 + each % 2) for each in range(1, 17)}

    text = encode(0, Progress(max(arrivals) + 1, {0: WIDEST} | arrivals))

    assert len(text) <= worst_case_bytes(1, 1, unseen=16) <= len(text) + 2 * 16


def test_what_is_reserved_for_unseen_records_lets_them_lie_far_apart() -> None:
    apart = MOST_OFFSET // 17
    arrivals = {each * apart: Mark(MOST_COUNTED, 98 + each % 2) for each in range(1, 17)}

    text = encode(0, Progress(max(arrivals) + 1, {0: WIDEST} | arrivals))

    assert len(text) <= worst_case_bytes(1, 1, unseen=16) <= len(text) + 2 * 16


def test_nothing_open_and_nothing_to_come_needs_no_room() -> None:
    assert worst_case_bytes(0, 0) == 0


@pytest.mark.parametrize(
    "text",
    [
        "1",
        "1:",
        "1:f",
        "1:o",
        "1:f0",
        "1:f01",
        "1:f-1",
        "1:f3s1",
        "1:o1s0",
        "1:o1s100",
        "1:o1a1s1",
        "1:o1 f2",
        "1:o1\n",
        " 1:o1",
        "1:o٣",
        "1:x3",
        "\x00",
        "no metadata of ours",
        "-1:o1",
        ":f1",
        "1:f" + "9" * 20,
        f"1:f{MOST_OFFSET}",  # beyond the last offset, counted from 10
        "1:" + "f9999999999999999999" * 3,
        f"1:o{MOST_OPEN + 1}",
        f"1:o{MOST_OPEN}f1o1",
        "1:o" + "9" * 19,
        "1:" + "f" * 100_000,
    ],
)
def test_what_this_service_did_not_write_is_not_believed(text: str) -> None:
    with pytest.raises(MetadataUnreadable, match=r"cannot be read: .* Set the group's offset"):
        decode(10, text)


def test_a_newer_version_is_named_as_what_it_is() -> None:
    with pytest.raises(
        MetadataUnreadable, match="of version 2, and this version reads 1: use a newer"
    ):
        decode(0, "2:anything else")


def test_the_message_stays_short_and_printable() -> None:
    with pytest.raises(MetadataUnreadable) as refused:
        decode(0, "\x1b[2Jä" * 10_000)

    assert str(refused.value).isascii()
    assert str(refused.value).isprintable()
    assert len(str(refused.value)) < 600


texts = st.one_of(
    st.text(max_size=60),
    st.text("0123456789:foas", max_size=60).map("1:".__add__),
    st.lists(
        st.builds("{}{}".format, st.sampled_from("fosa"), st.integers(-1, 10**20)), max_size=8
    ).map(lambda runs: "1:" + "".join(runs)),
)


@given(offset=st.integers(0, MOST_OFFSET), text=texts)
def test_whatever_it_says_is_read_or_refused(offset: int, text: str) -> None:
    try:
        progress = decode(offset, text)
    except MetadataUnreadable:
        return

    assert offset <= progress.end <= MOST_OFFSET
    assert all(offset <= each < progress.end for each in progress.open)
    assert decode(offset, encode(offset, progress)) == without_unknown_tail(offset, progress)


@given(progresses())
def test_finished_is_what_lies_before_the_end_and_is_not_open(
    written: tuple[int, Progress],
) -> None:
    offset, progress = written

    assert not progress.is_finished(progress.end)
    assert not any(progress.is_finished(each) for each in progress.open)
    assert progress.is_finished(offset) == (offset < progress.end and offset not in progress.open)
