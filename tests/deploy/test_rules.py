"""Whether somebody is called when it matters, and can then read on what to do."""

import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from consumer.adapters.prometheus import Metrics
from tests.conftest import unavailable
from tests.stack import prerequisites

ROOT = Path(__file__).parents[2]
PROMETHEUS = ROOT / "deploy/prometheus"
RULES = sorted((PROMETHEUS / "rules").glob("*.yml"))
THEMES = Path(__file__).with_name("rules")
CASES = sorted(THEMES.glob("*.yml"))
RUNBOOK = "docs/operations.md"
KINDS = {"fires", "does not fire", "counter reset", "no data"}
SUFFIXES = re.compile(r"_(bucket|sum|count)$")
PAGE_SECTION = (ROOT / RUNBOOK).read_text("utf-8").partition("\n## Alerts\n")[2]
ENTRIES = dict(
    re.findall(r"(?ms)^### (\w+)\n(.*?)(?=^##)", PAGE_SECTION.split("\n## ")[0] + "\n##")
)


def rules(kind: str) -> list[dict[str, Any]]:
    """All of one kind: `alert` or `record`."""
    groups = [
        group for file in RULES for group in yaml.safe_load(file.read_text("utf-8"))["groups"]
    ]
    return [rule for group in groups for rule in group["rules"] if kind in rule]


ALERTS = [rule["alert"] for rule in rules("alert")]
each_alert = pytest.mark.parametrize("alert", rules("alert"), ids=ALERTS)


def promtool(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """Prometheus' own checker, and what it says."""
    try:
        program = prerequisites.promtool()
    except prerequisites.ToolMissing as error:
        unavailable(error, "tests of rules")
    return subprocess.run([program, *arguments], capture_output=True, text=True, check=False)


def exposed() -> set[str]:
    """The names of all metrics, as they are declared."""
    return {
        f"{metric.name}_total" if metric.type == "counter" else metric.name
        for metric in Metrics().registry.collect()
    }


def asked_for() -> set[str]:
    """The names of all series in rules that no rule of ours records."""
    exprs = "\n".join(rule["expr"] for rule in (*rules("alert"), *rules("record")))
    names = set(re.findall(r"(?<![:\w])(?:turnstream|process)_\w+(?!:)\b", exprs))
    known = exposed()
    return {name if name in known else SUFFIXES.sub("", name) for name in names}


def test_promtool_takes_the_rules_and_the_configuration_that_loads_them() -> None:
    for checked in (
        promtool("check", "rules", *RULES),
        promtool("check", "config", PROMETHEUS / "prometheus.yml"),
    ):
        assert checked.returncode == 0, checked.stdout + checked.stderr


def test_alerts_fire_when_they_should_and_only_then() -> None:
    tested = promtool("test", "rules", *CASES)

    assert tested.returncode == 0, tested.stdout + tested.stderr


@pytest.mark.parametrize(
    ("theme", "right", "wrong"),
    [
        ("promises", "> on () group_left () turnstream:", "< on () group_left () turnstream:"),
        ("promises", "unless group:turnstream_workers:count", "and group:turnstream_workers:count"),
        ("progress", 'doing=~"lingering|fetching|nothing"', 'doing=~"busy"'),
        ("progress", "for: 20m", "for: 2h"),
        ("failures", "unless turnstream_jobs_total offset 30m", "unless turnstream_jobs_total"),
    ],
)
def test_a_rule_that_is_wrong_is_found_out(
    theme: str, right: str, wrong: str, tmp_path: Path
) -> None:
    for directory in (PROMETHEUS / "rules", THEMES):
        shutil.copytree(directory, tmp_path / directory.relative_to(ROOT))
    copies = {
        file: file.read_text("utf-8") for file in (tmp_path / "deploy/prometheus/rules").iterdir()
    }
    assert sum(text.count(right) for text in copies.values()) == 1

    for file, text in copies.items():
        file.write_text(text.replace(right, wrong), "utf-8")

    tested = promtool("test", "rules", tmp_path / THEMES.relative_to(ROOT) / f"{theme}.yml")
    assert tested.returncode == 1
    assert "exp:" in tested.stdout + tested.stderr


def test_every_alert_is_tried_in_every_way() -> None:
    names = [
        test["name"] for case in CASES for test in yaml.safe_load(case.read_text("utf-8"))["tests"]
    ]

    assert sorted(names) == sorted(f"{alert}: {kind}" for alert in ALERTS for kind in KINDS)


def test_every_alert_has_an_entry_in_the_runbook_and_every_entry_an_alert() -> None:
    assert [*ENTRIES] == ALERTS


@each_alert
def test_an_entry_has_three_checks_of_which_each_says_how_and_a_fix(alert: dict[str, Any]) -> None:
    entry = ENTRIES[alert["alert"]]

    checks = re.findall(r"(?ms)^\d\. (.*?)(?=^\d\. |^$)", entry)

    assert len(checks) == 3
    assert [check for check in checks if "`" not in check] == []
    assert "**Fix:** " in entry


@each_alert
def test_an_alert_says_who_is_to_act_on_what(alert: dict[str, Any]) -> None:
    annotations = alert["annotations"]

    assert alert["alert"].startswith("Turnstream")
    assert alert["labels"]["severity"] in {"page", "ticket"}
    assert set(annotations) == {"summary", "description", "runbook_url"}
    assert annotations["runbook_url"] == f"{RUNBOOK}#{alert['alert'].lower()}"
    assert "{{ $labels.group }}" in annotations["description"]


def test_rules_name_only_what_workers_expose() -> None:
    assert asked_for() - exposed() == set()


def test_every_recorded_series_is_used_or_told_of() -> None:
    recorded = {rule["record"] for rule in rules("record")}
    page = (ROOT / RUNBOOK).read_text("utf-8")
    exprs = "\n".join(rule["expr"] for rule in (*rules("alert"), *rules("record")))
    colons = r"\b\w+:\w+(?::\w+)?\b"

    assert {name for name in recorded if name not in exprs and f"`{name}" not in page} == set()
    assert set(re.findall(colons, exprs)) <= recorded
