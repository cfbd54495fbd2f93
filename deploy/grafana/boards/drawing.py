"""How does a panel become one of Grafana's?"""

from collections.abc import Mapping
from string import ascii_uppercase

from grafana_foundation_sdk.builders import common, dashboard, prometheus, stat, timeseries
from grafana_foundation_sdk.models import common as kinds
from grafana_foundation_sdk.models import dashboard as models

from deploy.grafana.boards.board import RUNBOOK, Look, Panel

SOURCE = kinds.DataSourceRef(type_val="prometheus", uid="${datasource}")
Drawn = stat.Panel | timeseries.Panel


def drawn(panel: Panel, number: int) -> Drawn:
    """Make it Grafana's."""
    made = _number(panel) if panel.look is Look.NUMBER else _graph(panel)
    made.id(number).title(panel.title).datasource(SOURCE)
    made.description(f"{panel.description}\n\nRunbook: {RUNBOOK}#{panel.runbook}")
    made.links([runbook_link(panel.runbook)]).unit(panel.unit).no_value(panel.absent)
    made.span(panel.width or (4 if panel.look is Look.NUMBER else 8))
    for name, (legend, expr) in zip(ascii_uppercase, panel.queries.items(), strict=False):
        target = prometheus.Dataquery().ref_id(name).expr(expr).datasource(SOURCE)
        # Of a range the last point may be long past; a number is to be true now.
        target = target.instant() if panel.look is Look.NUMBER else target.range()
        made.with_target(target.legend_format(legend or "__auto"))
    for name, colour in panel.colours.items():
        fixed = {"mode": "fixed", "fixedColor": colour}
        made.override_by_name(name, [models.DynamicConfigValue(id_val="color", value=fixed)])
    return made


def runbook_link(anchor: str = "") -> dashboard.DashboardLink:
    """Lead to an entry of the runbook, wherever its readers have it."""
    link = dashboard.DashboardLink("Runbook").type(models.DashboardLinkType.LINK).icon("doc")
    # The library hides links in a menu unless it is told another place.
    link.url(f"${{runbook}}#{anchor}" if anchor else "${runbook}").placement("")
    return link.target_blank(True)


def _number(panel: Panel) -> stat.Panel:
    made = stat.Panel().height(4).graph_mode(kinds.BigValueGraphMode.NONE)
    made.reduce_options(common.ReduceDataOptions().calcs(["lastNotNull"]))
    made.text_mode(_text_mode(panel)).thresholds(_thresholds(panel.steps))
    return made.color_mode(
        kinds.BigValueColorMode.VALUE if panel.steps else kinds.BigValueColorMode.NONE
    )


def _text_mode(panel: Panel) -> kinds.BigValueTextMode:
    is_named = any(panel.queries)
    return kinds.BigValueTextMode.VALUE_AND_NAME if is_named else kinds.BigValueTextMode.VALUE


def _thresholds(steps: Mapping[float | None, str]) -> dashboard.ThresholdsConfig:
    coloured = [models.Threshold(value, colour) for value, colour in steps.items()]
    made = dashboard.ThresholdsConfig().mode(models.ThresholdsMode.ABSOLUTE)
    return made.steps(coloured or [models.Threshold(color="text")])


def _graph(panel: Panel) -> timeseries.Panel:
    made = timeseries.Panel().height(8).min(0).line_width(1).show_points(kinds.VisibilityMode.NEVER)
    made.tooltip(
        common.VizTooltipOptions()
        .mode(kinds.TooltipDisplayMode.MULTI)
        .sort(kinds.SortOrder.DESCENDING)
    )
    made.legend(
        common.VizLegendOptions()
        .show_legend(True)
        .display_mode(kinds.LegendDisplayMode.LIST)
        .placement(kinds.LegendPlacement.BOTTOM)
    )
    made.color_scheme(dashboard.FieldColor().mode(models.FieldColorModeId.PALETTE_CLASSIC_BY_NAME))
    return _filled(made, panel.look)


def _filled(made: timeseries.Panel, look: Look) -> timeseries.Panel:
    if look is Look.LINES:
        return made.fill_opacity(0)
    if look is Look.BARS:
        # Windows of a minute and a scrape: shorter ones would show an event in several bars.
        made.draw_style(kinds.GraphDrawStyle.BARS).interval("1m")
    made.stacking(common.StackingConfig().mode(kinds.StackingMode.NORMAL).group("A"))
    return made.fill_opacity(60)
