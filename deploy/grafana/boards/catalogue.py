"""Which dashboards are there, and what do they ask?"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from deploy.grafana.boards.models import MODELS
from deploy.grafana.boards.overview import OVERVIEW
from deploy.grafana.boards.promql import RANGE, WINDOW
from deploy.grafana.boards.worker import WORKER

BOARDS = (OVERVIEW, WORKER, MODELS)
DASHBOARDS = Path(__file__).parents[1] / "dashboards"


@dataclass(frozen=True, slots=True)
class Question:
    """What one panel asks Prometheus, with all workers chosen."""

    board: str
    panel: str
    expr: str
    """PromQL without Grafana's variables."""
    absent: str
    """What the panel says when there is no answer; `NOBODY`: also a worker at rest has one."""


def questions(window: str, worker: str = ".*") -> Iterator[Question]:
    """Yield every query of every panel, over a Prometheus duration such as `30s`."""
    values = dict.fromkeys((WINDOW, RANGE), window)
    values |= {"$cluster": ".*", "$group": ".*", "$worker": worker}
    for board in BOARDS:
        for panel in board.panels:
            for expr in panel.queries.values():
                yield Question(board.name, panel.title, _replaced(expr, values), panel.absent)


def _replaced(expr: str, values: dict[str, str]) -> str:
    for variable, value in values.items():
        expr = expr.replace(variable, value)
    return expr
