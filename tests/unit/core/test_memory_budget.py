"""Whether models fit into their budget, and the right one goes when they do not."""

from hypothesis import given
from hypothesis import strategies as st

from consumer.core.memory_budget import (
    Enough,
    Evict,
    Footprint,
    MemoryBudget,
    TooLarge,
    Wait,
)
from consumer.core.scheduling import Kind

A, B, C, D = KINDS = tuple(("diarize", name) for name in "abcd")


def budget_of(limit: int | None, *resident: tuple[Kind, int], most: int = 9) -> MemoryBudget:
    """Everybody was loaded in turn, the first at second 0."""
    budget = MemoryBudget(limit, most)
    for second, (kind, size) in enumerate(resident):
        budget.loaded(kind, Footprint(size, size), float(second))
    return budget


def bring_in(
    budget: MemoryBudget, kind: Kind, size: int, now: float, in_use: frozenset[Kind]
) -> list[Kind] | None:
    """Do what the budget says until the model is there; who went, or None: it may not come."""
    gone: list[Kind] = []
    while kind not in budget.resident:
        match budget.room_for(kind, in_use):
            case Enough():
                budget.loaded(kind, Footprint(size, size), now)
            case Evict(other):
                budget.unloaded(other, 10_000, 0)
                gone.append(other)
            case Wait() | TooLarge():
                return None
    budget.used(kind, now)
    return gone


def known(limit: int, most: int, sizes: dict[Kind, int]) -> MemoryBudget:
    """Everybody was there once, and has gone."""
    budget = MemoryBudget(limit, most)
    for kind, size in sizes.items():
        budget.loaded(kind, Footprint(size, size), 0.0)
        budget.unloaded(kind, size, 0)
    return budget


REQUESTS = st.lists(st.tuples(st.sampled_from(KINDS), st.frozensets(st.sampled_from(KINDS))))
SIZES = st.fixed_dictionaries({kind: st.integers(0, 100) for kind in KINDS})


@given(SIZES, st.integers(0, 250), st.integers(1, 4), REQUESTS)
def test_models_of_known_sizes_never_exceed_the_budget(
    sizes: dict[Kind, int],
    limit: int,
    most: int,
    requests: list[tuple[Kind, frozenset[Kind]]],
) -> None:
    budget = known(limit, most, sizes)

    for now, (kind, in_use) in enumerate(requests):
        bring_in(budget, kind, sizes[kind], float(now), in_use)

        assert sum(sizes[each] for each in budget.resident) <= limit
        assert budget.counted_bytes <= limit
        assert len(budget.resident) <= most


@given(SIZES, st.integers(0, 250), st.integers(1, 4), REQUESTS)
def test_the_least_recently_used_go_and_never_those_in_use(
    sizes: dict[Kind, int],
    limit: int,
    most: int,
    requests: list[tuple[Kind, frozenset[Kind]]],
) -> None:
    budget = known(limit, most, sizes)
    used: list[Kind] = []

    for now, (kind, in_use) in enumerate(requests):
        before = list(budget.resident)
        gone = bring_in(budget, kind, sizes[kind], float(now), in_use) or []

        free = [each for each in used if each in before and each not in in_use]
        assert gone == free[: len(gone)]
        if kind in budget.resident:
            used = [*(each for each in used if each != kind), kind]


@given(SIZES, st.integers(0, 250), st.integers(1, 4), REQUESTS)
def test_nobody_waits_who_could_have_room_and_nobody_goes_for_nothing(
    sizes: dict[Kind, int],
    limit: int,
    most: int,
    requests: list[tuple[Kind, frozenset[Kind]]],
) -> None:
    budget = known(limit, most, sizes)

    for now, (kind, in_use) in enumerate(requests):
        before = list(budget.resident)
        gone = bring_in(budget, kind, sizes[kind], float(now), in_use)

        if gone is None:
            assert list(budget.resident) == before
            staying = [each for each in before if each in in_use]
            needed = sizes[kind] + sum(sizes[each] for each in staying)
            assert needed > limit or len(staying) == most
        elif gone:
            without_last = {kind, *before} - set(gone[:-1])
            assert sum(sizes[each] for each in without_last) > limit or len(without_last) > most


def test_a_model_that_was_never_measured_is_let_in() -> None:
    budget = budget_of(100, (A, 90))

    assert budget.room_for(B, ()) == Enough()


def test_what_a_new_one_takes_too_much_is_taken_from_others() -> None:
    budget = budget_of(100, (A, 30), (B, 30), (C, 60))

    assert budget.room_for(C, ()) == Evict(A)
    assert budget.room_for(C, {A}) == Evict(B)
    assert budget.room_for(C, {A, B}) == Wait()


def test_a_model_that_is_larger_than_the_budget_has_no_room() -> None:
    assert budget_of(100, (A, 101)).room_for(A, ()) == TooLarge(101, 100)


def test_a_model_that_was_refused_and_forgotten_is_let_in_to_be_measured_again() -> None:
    budget = budget_of(100, (A, 101))
    budget.unloaded(A, before_bytes=101, after_bytes=0)

    budget.forget(A)

    assert budget.room_for(A, ()) == Enough()
    budget.loaded(A, Footprint(60, 60), 1.0)
    assert budget.counted_bytes == 60


def test_room_is_kept_for_the_most_that_a_model_took() -> None:
    budget = MemoryBudget(100, 9)
    budget.loaded(A, Footprint(held_bytes=10, most_bytes=60), 0.0)
    budget.loaded(B, Footprint(held_bytes=10, most_bytes=41), 1.0)

    assert budget.counted_bytes == 101
    assert budget.room_for(B, ()) == Evict(A)


def test_without_a_limit_only_their_number_counts() -> None:
    budget = budget_of(None, (A, 10**12), (B, 10**12), most=2)

    assert budget.room_for(B, ()) == Enough()
    assert budget.room_for(C, ()) == Evict(A)
    assert budget.room_for(C, {A, B}) == Wait()


def test_half_of_the_memory_must_come_back() -> None:
    budget = budget_of(None, (A, 100), (B, 100))

    assert budget.unloaded(A, before_bytes=1000, after_bytes=950) == 0
    assert budget.unloaded(B, before_bytes=1000, after_bytes=951) == 51
    assert budget.missing_bytes == 51


def test_memory_that_grew_meanwhile_is_not_missed_twice() -> None:
    budget = budget_of(None, (A, 100))

    assert budget.unloaded(A, before_bytes=1000, after_bytes=1300) == 100


def test_what_is_missing_counts_until_it_comes_back() -> None:
    budget = budget_of(200, (A, 100), (B, 80))
    budget.unloaded(A, before_bytes=1180, after_bytes=1180)
    assert budget.counted_bytes == 180
    assert budget.room_for(A, {B}) == Wait()

    budget.looked(1150)
    assert budget.missing_bytes == 70
    assert budget.room_for(A, {B}) == Wait()

    budget.looked(1080)
    assert budget.missing_bytes == 0
    assert budget.room_for(A, {B}) == Enough()


def test_what_came_back_is_not_missed_again_when_others_take_memory() -> None:
    budget = budget_of(None, (A, 100))
    budget.unloaded(A, before_bytes=1100, after_bytes=1100)
    budget.looked(1000)

    budget.looked(5000)

    assert budget.missing_bytes == 0


def test_missing_memory_alone_keeps_nobody_out() -> None:
    budget = budget_of(150, (A, 100))
    budget.unloaded(A, before_bytes=1100, after_bytes=1100)

    assert budget.room_for(A, ()) == Enough()


def test_those_that_were_not_used_for_long_are_idle() -> None:
    budget = budget_of(None, (A, 1), (B, 1), (C, 1))
    budget.used(A, 9.0)

    assert budget.idle_since(1.0) == [B]
    assert budget.oldest_use() == 1.0


def test_use_of_one_that_is_not_here_changes_nothing() -> None:
    budget = budget_of(None, (A, 1))

    budget.used(D, 9.0)

    assert budget.resident == (A,)
    assert MemoryBudget(None, 1).oldest_use() is None
