"""Whether the screen says what is known, and no more."""

from pathlib import Path

from rich.console import Console

from producer_tools.demo.board import Board, State
from producer_tools.demo.jobs import DemoJob
from producer_tools.demo.layout import Layout
from producer_tools.demo.view import LiveView
from producer_tools.kafka.messages import Outgoing
from tests.unit.producer_tools.messages import failed, position, succeeded

CALL = DemoJob("call", "a recording", Outgoing(b"call", b""), Path("call.wav"))
JUNK = DemoJob("junk", "no sound", Outgoing(b"junk", b""))


def board(**known: object) -> Board:
    made = Board((CALL, JUNK), "broker:1")
    for name, value in known.items():
        setattr(made, name, value)
    return made


def screen(shown: Board) -> str:
    console = Console(width=100)
    with console.capture() as captured:
        console.print(LiveView(shown, Layout(Path("/out"))))
    return captured.get()


def test_a_job_is_prepared_until_the_broker_has_it() -> None:
    shown = board()
    assert shown.state(CALL) is State.PREPARED

    shown.positions = (position(0), position(1))
    assert shown.state(CALL) is State.SUBMITTED


def test_jobs_are_in_work_when_the_worker_holds_all_that_are_left() -> None:
    shown = board(positions=(position(0), position(1)), jobs_in_flight=1)
    assert shown.state(CALL) is State.SUBMITTED

    shown.results[position(1)] = failed(1)

    assert shown.state(CALL) is State.IN_WORK
    assert shown.state(JUNK) is State.FAILED


def test_recordings_are_meant_to_succeed_and_the_others_to_fail() -> None:
    positions = (position(0), position(1))

    meant = board(positions=positions, results={position(0): succeeded(0), position(1): failed(1)})
    not_meant = board(
        positions=positions, results={position(0): failed(0), position(1): succeeded(1)}
    )

    assert meant.surprises() == []
    assert not_meant.surprises() == ["call", "junk"]


def test_the_screen_says_what_is_simulated_and_which_model_it_is() -> None:
    text = screen(board())

    assert "simulated broker: in memory, at-least-once, no transactions (broker:1)" in text
    assert "a small demonstration model" in text
    assert "a directory in the place of S3 (/out/store)" in text


def test_the_screen_says_how_each_job_ended() -> None:
    results = {position(0): succeeded(0), position(1): failed(1)}

    text = screen(board(positions=(position(0), position(1)), results=results))

    assert "✓  succeeded  2 speakers, 2 turns" in text
    assert "✗  failed     audio_undecodable: no sound in it" in text
