"""Whether what has ended goes out in order, and a message that brokers refuse holds nobody up."""

from dataclasses import replace

from consumer.core.outbox import Outbox
from consumer.core.work import Completion
from tests.fakes.jobs import record, ticket
from tests.fakes.stages import completion_of


def rewritten(completion: Completion, problem: str) -> Completion:
    return replace(completion, status="failed", code="internal", messages=())


def outbox(*offsets: int) -> tuple[Outbox, list[Completion]]:
    box = Outbox(rewritten)
    completions = [completion_of(ticket(record(b"{}", offset))) for offset in offsets]
    for completion in completions:
        box.add(completion)
    return box, completions


def test_everything_that_is_due_goes_together_and_in_order() -> None:
    box, completions = outbox(0, 1, 2)

    assert box.take() == completions
    assert len(box) == 0


def test_what_came_back_goes_before_anything_newer() -> None:
    box, completions = outbox(0, 1)
    taken = box.take()
    newer = completion_of(ticket(record(b"{}", 2)))
    box.add(newer)

    box.returned(taken)

    assert box.take() == [*completions, newer]


def test_refused_ones_go_one_by_one_until_all_of_them_have_gone() -> None:
    box, completions = outbox(0, 1)
    box.returned(box.take(), refused="too large")

    for completion in completions:
        (alone,) = box.take()
        assert alone is completion
        box.published([alone])
    box.add(completions[0])
    box.add(completions[1])
    assert len(box.take()) == 2


def test_one_that_is_refused_alone_is_rewritten_once() -> None:
    box, _ = outbox(0)
    box.returned(box.take(), refused="too large")
    (mended,) = box.take()
    assert mended.code == "internal"

    box.returned([mended], refused="no such topic")

    assert box.take() == [mended]


def test_what_belongs_to_an_assignment_that_has_ended_is_taken_out() -> None:
    box, (first, second) = outbox(0, 1)
    first.ticket.assignment.live = False

    assert list(box.drop_dead()) == [first]
    assert box.take() == [second]
