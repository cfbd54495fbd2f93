"""Whether a worker only ever moves towards its end."""

import threading

from consumer.core.lifecycle import Lifecycle

PATIENCE_SECONDS = 5.0


def test_serves_until_it_is_told_otherwise() -> None:
    lifecycle = Lifecycle(grace_seconds=25.0)

    assert lifecycle.is_running
    assert not lifecycle.is_draining
    assert not lifecycle.is_quitting


def test_the_first_signal_drains_and_the_second_quits() -> None:
    lifecycle = Lifecycle(grace_seconds=25.0)

    lifecycle.stop()
    assert lifecycle.is_draining

    lifecycle.stop()
    assert lifecycle.is_quitting

    lifecycle.stop()
    assert lifecycle.is_quitting


def test_a_crash_quits_and_the_first_one_is_reported() -> None:
    lifecycle, first = Lifecycle(grace_seconds=25.0), RuntimeError("first")

    lifecycle.crash(first)
    lifecycle.crash(RuntimeError("second"))

    assert lifecycle.is_quitting
    assert lifecycle.failure is first


def test_a_crash_while_draining_quits() -> None:
    lifecycle = Lifecycle(grace_seconds=25.0)
    lifecycle.stop()

    lifecycle.crash(RuntimeError("late"))

    assert lifecycle.is_quitting


def test_a_signal_may_interrupt_the_handler_of_another() -> None:
    # Handlers run on the main thread between two of its instructions: also inside `stop` itself.
    lifecycle, handled = Lifecycle(grace_seconds=25.0), threading.Event()

    def interrupted() -> None:
        with lifecycle._moving:
            lifecycle.stop()
        handled.set()

    threading.Thread(target=interrupted, daemon=True).start()

    assert handled.wait(PATIENCE_SECONDS)
    assert lifecycle.is_draining
