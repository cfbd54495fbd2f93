"""Show the run while it lasts: what was started, and how far each job has come."""

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.spinner import Spinner
from rich.table import Table
from rich.text import Text

from producer_tools.demo.board import Board, State
from producer_tools.demo.jobs import DemoJob
from producer_tools.demo.layout import Layout
from producer_tools.lines import count
from schemas.diarization import DiarizationResult

_STYLES = {
    State.PREPARED: "dim",
    State.SUBMITTED: "yellow",
    State.IN_WORK: "cyan",
    State.SUCCEEDED: "bold green",
    State.FAILED: "bold red",
    State.EXPIRED: "bold yellow",
}
_BUSY = {State.SUBMITTED, State.IN_WORK}


class LiveView:
    """Draws the board anew each time it is asked; spinners keep turning in between."""

    def __init__(self, board: Board, layout: Layout) -> None:
        self._board = board
        self._layout = layout
        self._spinner = Spinner("dots", style="cyan")

    def __rich__(self) -> RenderableType:
        """Draw what stands on the board now."""
        return Group(Padding(self._parts(), (1, 0, 1, 1)), Padding(self._jobs(), (0, 0, 1, 1)))

    def _parts(self) -> Table:
        table = Table.grid(padding=(0, 2))
        shown = self._layout.shown
        worker = (
            "a real one, in a process of its own" if self._board.worker_is_ready else "starting"
        )
        table.add_row(
            _part("broker"),
            "[yellow]simulated broker: in memory, at-least-once, no transactions[/] "
            f"[dim]({self._board.broker})[/]",
        )
        table.add_row(
            _part("store"),
            f"a directory in the place of S3 [dim]({shown(self._layout.root / 'store')})[/]",
        )
        table.add_row(_part("worker"), f"{worker} [dim]({shown(self._layout.worker_log)})[/]")
        table.add_row(
            _part("model"),
            "[yellow]a small demonstration model[/], made to show the service at work",
        )
        return table

    def _jobs(self) -> Table:
        table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="dim")
        for name in ("job", "what it is", "", "state", ""):
            table.add_column(name, overflow="fold")
        for job in self._board.jobs:
            state = self._board.state(job)
            table.add_row(
                Text(job.name, style="bold"),
                job.about,
                self._spinner if state in _BUSY else _mark(state),
                Text(state.value, style=_STYLES[state]),
                Text(_told(self._board, job), style="dim"),
            )
        return table


def _part(name: str) -> Text:
    return Text(name, style="bold")


def _mark(state: State) -> Text:
    marks = {State.SUCCEEDED: "✓", State.FAILED: "✗", State.EXPIRED: "✗"}
    return Text(marks.get(state, "·"), style=_STYLES[state])


def _told(board: Board, job: DemoJob) -> str:
    result = board.result(job)
    if result is None:
        return ""
    if result.error:
        return f"{result.error.code}: {result.error.message}"
    if not isinstance(result.result, DiarizationResult):
        return ""
    speakers = count(len(result.result.speakers), "speaker")
    return f"{speakers}, {count(len(result.result.diarization), 'turn')}"
