"""How does a dashboard become the JSON that Grafana reads?"""

import json
from collections.abc import Iterator

from grafana_foundation_sdk.builders import dashboard
from grafana_foundation_sdk.cog.builder import Builder
from grafana_foundation_sdk.cog.encoder import JSONEncoder
from grafana_foundation_sdk.models import dashboard as models

from deploy.grafana.boards.board import RUNBOOK, Board, Panel, Section
from deploy.grafana.boards.drawing import SOURCE, drawn, runbook_link

TAG = "turnstream"
_EVERYTHING = models.VariableOption(selected=True, text="All", value="$__all")


def rendered(board: Board) -> str:
    """Write it as Grafana reads it; the same board is the same text."""
    made = dashboard.Dashboard(board.title).uid(f"{TAG}-{board.name}").tags([TAG])
    made.description(board.description).time("now-3h", "now").refresh("30s").readonly()
    made.tooltip(models.DashboardCursorSync.TOOLTIP).variables(_variables())
    made.link(_boards_link()).link(runbook_link())
    for number, panel in _numbered(board):
        if isinstance(panel, Section):
            made.with_row(dashboard.Row(panel.title).id(number))
        else:
            made.with_panel(drawn(panel, number))
    return json.dumps(made.build(), cls=JSONEncoder, indent=2, ensure_ascii=False) + "\n"


def _numbered(board: Board) -> Iterator[tuple[int, Section | Panel]]:
    lines: list[Section | Panel] = []
    for section in board.sections:
        lines += [section] if section.title else []
        lines += section.panels
    return enumerate(lines, start=1)


def _boards_link() -> dashboard.DashboardLink:
    link = dashboard.DashboardLink("Turnstream").type(models.DashboardLinkType.DASHBOARDS)
    return link.tags([TAG]).placement("").include_vars(True).keep_time(True)


def _variables() -> list[Builder[models.VariableModel]]:
    workers = "turnstream_worker_info"
    source = models.VariableOption(text="Prometheus", value="prometheus")
    where = models.VariableOption(text=RUNBOOK, value=RUNBOOK)
    return [
        dashboard.DatasourceVariable("datasource")
        .label("Source")
        .type("prometheus")
        .current(source),
        _choice("cluster", workers),
        _choice("group", f'{workers}{{cluster=~"$cluster"}}'),
        _choice("worker", f'{workers}{{cluster=~"$cluster", group=~"$group"}}'),
        dashboard.TextBoxVariable("runbook")
        .label("Runbook")
        .description("The address of the page that panels link to.")
        .default_value(RUNBOOK)
        .current(where),
    ]


def _choice(label: str, series: str) -> dashboard.QueryVariable:
    query = f"label_values({series}, {label})"
    asked: dict[str, object] = {"qryType": 1, "query": query, "refId": label}
    made = dashboard.QueryVariable(label).label(label.capitalize()).datasource(SOURCE)
    made.query(asked).definition(query).refresh(models.VariableRefresh.ON_TIME_RANGE_CHANGED)
    made.sort(models.VariableSort.NATURAL_ASC).multi(True).include_all(True)
    # Also matches where the label does not exist, as `cluster` in compose.
    return made.all_value(".*").current(_EVERYTHING)
