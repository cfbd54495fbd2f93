"""Whether work passes between threads without piling up, and an unexpected error is reported."""

import threading
from queue import Queue

from consumer.stage import Stage

PATIENCE_SECONDS = 5.0


def test_every_item_is_handled_by_one_of_the_threads() -> None:
    handled: Queue[int] = Queue()

    with Stage("fetch", 3, 0, handled.put, lambda _: None) as stage:
        for number in range(20):
            stage.put(number)
        found = {handled.get(timeout=PATIENCE_SECONDS) for _ in range(20)}

    assert found == set(range(20))


def test_threads_are_named_after_their_stage() -> None:
    names: Queue[str] = Queue()

    with Stage[int](
        "store", 1, 0, lambda _: names.put(threading.current_thread().name), lambda _: None
    ) as stage:
        stage.put(1)

        assert names.get(timeout=PATIENCE_SECONDS) == "store-0"


def test_an_error_that_nobody_expected_is_reported() -> None:
    reported: Queue[BaseException] = Queue()
    error = RuntimeError("a bug")

    def fail(_: int) -> None:
        raise error

    with Stage("store", 1, 0, fail, reported.put) as stage:
        stage.put(1)

        assert reported.get(timeout=PATIENCE_SECONDS) is error


def test_a_full_stage_slows_its_feeders_until_it_closes() -> None:
    busy, let_go, fed = threading.Event(), threading.Event(), threading.Event()

    def work(_: int) -> None:
        busy.set()
        let_go.wait(PATIENCE_SECONDS)

    def feed(stage: Stage[int]) -> None:
        stage.put(3)
        fed.set()

    with Stage("store", 1, 1, work, lambda _: None) as stage:
        stage.put(1)
        assert busy.wait(PATIENCE_SECONDS)
        stage.put(2)
        threading.Thread(target=feed, args=[stage], daemon=True).start()
        assert not fed.wait(0.05)

    assert fed.wait(PATIENCE_SECONDS)
    let_go.set()
