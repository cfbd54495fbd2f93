"""Whether the dashboards are what the code says, sound, and about figures that workers expose."""

import json
import re
from collections import Counter
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
import yaml

from consumer.adapters.prometheus import Metrics
from deploy.grafana.boards.board import Board
from deploy.grafana.boards.catalogue import BOARDS, DASHBOARDS, questions
from deploy.grafana.boards.rendering import rendered

ROOT = Path(__file__).parents[2]
PROVISIONED = ROOT / "deploy/grafana/provisioning/datasources/prometheus.yml"
RUNBOOK = ROOT / "docs/operations.md"
DECLARED = {"datasource", "cluster", "group", "worker", "runbook"}
BUILT_IN = {"__rate_interval", "__range", "__all"}
SUFFIXES = re.compile(r"_(bucket|sum|count)$")
each_board = pytest.mark.parametrize("board", BOARDS, ids=lambda board: board.name)


def committed(board: Board) -> dict[str, Any]:
    """The dashboard as Grafana finds it."""
    found: dict[str, Any] = json.loads((DASHBOARDS / f"{board.name}.json").read_text("utf-8"))
    return found


def panels(board: Board) -> list[dict[str, Any]]:
    """Its panels, without the titles of its rows."""
    return [panel for panel in committed(board)["panels"] if panel["type"] != "row"]


def exposed() -> set[str]:
    """The names of all metrics, as they are declared."""
    return {
        f"{metric.name}_total" if metric.type == "counter" else metric.name
        for metric in Metrics().registry.collect()
    }


def asked_for() -> set[str]:
    """The names of all metrics in queries, those of histograms as they are declared."""
    names = {
        name
        for question in questions("1m")
        for name in re.findall(r"\b(?:turnstream|process)_\w+", question.expr)
    }
    known = exposed()
    return {name if name in known else SUFFIXES.sub("", name) for name in names}


def anchors() -> set[str]:
    """Where links into the runbook may lead."""
    titles = re.findall(r"(?m)^#+ (.+)$", RUNBOOK.read_text("utf-8"))
    return {re.sub(r"[^\w -]", "", title.lower()).replace(" ", "-") for title in titles}


@each_board
def test_what_is_committed_is_what_the_code_says(board: Board) -> None:
    text = (DASHBOARDS / f"{board.name}.json").read_text("utf-8")

    assert text == rendered(board), "run: make dashboards"


def test_nothing_else_lies_where_grafana_looks() -> None:
    assert {path.stem for path in DASHBOARDS.glob("*.json")} == {board.name for board in BOARDS}


def test_queries_name_only_what_workers_expose() -> None:
    assert asked_for() - exposed() == set()


def test_everything_that_workers_expose_is_on_some_board() -> None:
    # The memory that a process has reserved, and when it began, tell nobody what to do.
    left_out = {"process_virtual_memory_bytes", "process_start_time_seconds"}

    assert exposed() - asked_for() == left_out


@each_board
def test_every_panel_says_what_it_shows_and_in_which_unit(board: Board) -> None:
    for panel in panels(board):
        assert panel["description"], panel["title"]
        assert panel["fieldConfig"]["defaults"]["unit"], panel["title"]
        assert [target["refId"] for target in panel["targets"]] == sorted(
            {target["refId"] for target in panel["targets"]}
        ), panel["title"]


@each_board
def test_no_two_panels_ask_the_same(board: Board) -> None:
    titles = [panel["title"] for panel in panels(board)]

    assert len(set(titles)) == len(titles)


@each_board
def test_panels_fill_the_width_and_do_not_overlap(board: Board) -> None:
    places = [(panel["title"], panel["gridPos"]) for panel in committed(board)["panels"]]

    for (one, a), (other, b) in combinations(places, 2):
        beside = a["x"] + a["w"] <= b["x"] or b["x"] + b["w"] <= a["x"]
        above = a["y"] + a["h"] <= b["y"] or b["y"] + b["h"] <= a["y"]
        assert beside or above, (one, other)
    widths = Counter[int]()
    for _, place in places:
        widths[place["y"]] += place["w"]
    assert set(widths.values()) == {24}


@each_board
def test_every_query_is_about_the_workers_that_were_chosen(board: Board) -> None:
    chosen = 'turnstream_worker_info{cluster=~"$cluster", group=~"$group", worker=~"$worker"}'

    exprs = [target["expr"] for panel in panels(board) for target in panel["targets"]]

    assert [expr for expr in exprs if chosen not in expr] == []


@each_board
def test_variables_in_use_are_declared(board: Board) -> None:
    text = (DASHBOARDS / f"{board.name}.json").read_text("utf-8")
    declared = {variable["name"] for variable in committed(board)["templating"]["list"]}

    assert set(re.findall(r"\$\{?(\w+)", text)) <= DECLARED | BUILT_IN
    assert declared == DECLARED


@each_board
def test_the_source_is_the_one_that_is_provisioned(board: Board) -> None:
    [source] = yaml.safe_load(PROVISIONED.read_text("utf-8"))["datasources"]
    [choice] = [
        variable
        for variable in committed(board)["templating"]["list"]
        if variable["type"] == "datasource"
    ]

    asked = {target["datasource"]["uid"] for panel in panels(board) for target in panel["targets"]}

    assert asked == {"${datasource}"}
    assert choice["query"] == source["type"]
    assert choice["current"] == {"text": source["name"], "value": source["uid"]}


@each_board
def test_links_lead_to_entries_of_the_runbook(board: Board) -> None:
    links = [link["url"] for panel in panels(board) for link in panel["links"]]

    assert len(links) == len(panels(board))
    assert {link.removeprefix("${runbook}#") for link in links} <= anchors()
    assert "${runbook}" in [link.get("url") for link in committed(board)["links"]]
