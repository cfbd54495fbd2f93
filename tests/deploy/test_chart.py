"""Whether the chart makes manifests that Kubernetes takes and workers that keep their promises."""

import json
import math
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from consumer.adapters.backlog import BacklogFigures
from consumer.core.backlog import BacklogWatch
from consumer.environment import read_settings, variables
from consumer.settings import WorkerSettings
from tests.deploy import kubernetes_schemas, values_schema
from tests.deploy.chart import (
    CHART,
    RULE,
    VALUES,
    Chart,
    Manifest,
    Refused,
    of_kind,
    settings_of,
    the,
)

EVERY = sorted(VALUES.glob("*.yaml"))
LEAST, EVERYTHING = VALUES / "least.yaml", VALUES / "everything.yaml"
each_release = pytest.mark.parametrize("values", EVERY, ids=lambda path: path.stem)


def pod(manifests: list[Manifest]) -> dict[str, Any]:
    """What the pods of the StatefulSet are made of."""
    spec: dict[str, Any] = the(manifests, "StatefulSet")["spec"]["template"]["spec"]
    return spec


def worker(manifests: list[Manifest]) -> dict[str, Any]:
    """Their only container."""
    [container] = pod(manifests)["containers"]
    found: dict[str, Any] = container
    return found


def with_values(directory: Path, **values: object) -> Path:
    """A file of values: the least that works, and these."""
    least = yaml.safe_load(LEAST.read_text("utf-8"))
    path = directory / "values.yaml"
    path.write_text(yaml.safe_dump(least | values), "utf-8")
    return path


@each_release
def test_lints(chart: Chart, values: Path) -> None:
    chart.lint(values)


@each_release
@pytest.mark.parametrize("version", [kubernetes_schemas.OLDEST, kubernetes_schemas.NEWEST])
def test_every_manifest_is_one_that_the_cluster_knows(
    chart: Chart, kubeconform: Path, tmp_path: Path, values: Path, version: str
) -> None:
    kubernetes_schemas.write(version, tmp_path)
    location = f"{tmp_path}/{kubernetes_schemas.TEMPLATE}"

    said = subprocess.run(
        [kubeconform, "-strict", "-schema-location", location],
        input=chart.render(values),
        capture_output=True,
        text=True,
        check=False,
    )

    assert said.returncode == 0, said.stdout + said.stderr


@each_release
def test_worker_takes_the_settings_it_is_given(
    chart: Chart, values: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, _ in variables():
        monkeypatch.delenv(name, raising=False)
    given = settings_of(chart.manifests(values)) | {"TURNSTREAM_KAFKA__INSTANCE": "calls-worker-0"}
    for name, value in given.items():
        monkeypatch.setenv(name, value)

    settings = read_settings(given)

    asked = yaml.safe_load(values.read_text("utf-8"))["settings"]
    assert settings.kafka.bootstrap_servers == asked["kafka"]["bootstrap_servers"]
    assert dict(settings.kafka.properties) == asked["kafka"].get("properties", {})
    assert settings.http.host == "0.0.0.0"
    catalogue = {name: model.directory for name, model in settings.models.catalogue.items()}
    assert (
        catalogue.items()
        >= {
            name: model["directory"]
            for name, model in asked.get("models", {}).get("catalogue", {}).items()
        }.items()
    )


@each_release
def test_pod_goes_only_after_the_worker_s_own_grace(chart: Chart, values: Path) -> None:
    manifests = chart.manifests(values)

    grace = float(settings_of(manifests)["TURNSTREAM_WORKER__GRACE_SECONDS"])

    assert pod(manifests)["terminationGracePeriodSeconds"] == math.ceil(grace) + 15
    assert grace > WorkerSettings().grace_seconds


@each_release
def test_every_worker_has_a_lasting_name_of_its_own(chart: Chart, values: Path) -> None:
    names = {entry["name"]: entry["valueFrom"] for entry in worker(chart.manifests(values))["env"]}

    assert names["TURNSTREAM_KAFKA__INSTANCE"] == {"fieldRef": {"fieldPath": "metadata.name"}}
    assert names.keys() <= {variable for variable, _ in variables()}


@each_release
def test_nothing_runs_as_root_or_writes_outside_of_its_volumes(chart: Chart, values: Path) -> None:
    manifests = chart.manifests(values)

    assert pod(manifests)["securityContext"]["runAsNonRoot"] is True
    assert pod(manifests)["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
    assert pod(manifests)["automountServiceAccountToken"] is False
    assert worker(manifests)["securityContext"] == {
        "allowPrivilegeEscalation": False,
        "readOnlyRootFilesystem": True,
        "capabilities": {"drop": ["ALL"]},
    }
    writable = {mount["name"] for mount in worker(manifests)["volumeMounts"]}
    assert {"cache", "temporary"} <= writable


@each_release
def test_services_put_nothing_into_the_environment(chart: Chart, values: Path) -> None:
    # TURNSTREAM_PORT of a service of that name would be a setting that no worker knows.
    assert pod(chart.manifests(values))["enableServiceLinks"] is False


@each_release
def test_probes_ask_what_the_worker_serves(chart: Chart, values: Path) -> None:
    container = worker(chart.manifests(values))

    paths = {
        probe: container[probe]["httpGet"]["path"]
        for probe in ("startupProbe", "livenessProbe", "readinessProbe")
    }
    assert paths == {
        "startupProbe": "/live",
        "livenessProbe": "/live",
        "readinessProbe": "/ready",
    }
    assert container["ports"] == [{"name": "http", "containerPort": 9464}]


def test_what_autoscaling_decides_the_release_does_not_set(chart: Chart) -> None:
    alone, scaled = chart.manifests(LEAST), chart.manifests(EVERYTHING)

    assert the(alone, "StatefulSet")["spec"]["replicas"] == 1
    assert of_kind(alone, "ScaledObject") == []
    assert "replicas" not in the(scaled, "StatefulSet")["spec"]


def test_lag_wakes_the_first_worker_and_the_backlog_s_duration_decides_above(chart: Chart) -> None:
    manifests = chart.manifests(EVERYTHING)

    spec = the(manifests, "ScaledObject")["spec"]
    lag, backlog = spec["triggers"]
    settings = settings_of(manifests)
    assert spec["scaleTargetRef"]["name"] == the(manifests, "StatefulSet")["metadata"]["name"]
    assert spec["minReplicaCount"] == 0
    assert lag["type"] == "kafka"
    assert lag["metadata"]["bootstrapServers"] == settings["TURNSTREAM_KAFKA__BOOTSTRAP_SERVERS"]
    assert lag["metadata"]["consumerGroup"] == settings["TURNSTREAM_KAFKA__GROUP_ID"]
    assert lag["metadata"]["topic"] == settings["TURNSTREAM_KAFKA__JOBS_TOPIC"]
    assert lag["metadata"]["activationLagThreshold"] == "0"
    assert (backlog["type"], backlog["metricType"]) == ("prometheus", "Value")
    assert "turnstream_backlog_eta_seconds{" in backlog["metadata"]["query"]
    assert backlog["metadata"]["ignoreNullValues"] == "true"
    assert all(isinstance(value, str) for value in (lag | backlog)["metadata"].values())


def test_workers_expose_what_keda_asks_for() -> None:
    values = yaml.safe_load((CHART / "values.yaml").read_text("utf-8"))

    exposed = {family.name for family in BacklogFigures(BacklogWatch()).collect()}

    assert values["autoscaling"]["backlog"]["metric"] in exposed


def test_prometheus_is_asked_for_the_pods_that_it_scrapes(chart: Chart) -> None:
    manifests = chart.manifests(EVERYTHING)

    service = the(manifests, "Service")
    monitored = the(manifests, "ServiceMonitor")["spec"]["selector"]["matchLabels"]
    query = the(manifests, "ScaledObject")["spec"]["triggers"][1]["metadata"]["query"]
    assert monitored.items() <= service["metadata"]["labels"].items()
    assert f'service="{service["metadata"]["name"]}"' in query


def test_rules_and_dashboards_go_in_as_they_are(chart: Chart) -> None:
    manifests = chart.manifests(EVERYTHING)

    rules = {found["metadata"]["name"]: found for found in of_kind(manifests, "PrometheusRule")}
    boards = {found["metadata"]["name"]: found for found in of_kind(manifests, "ConfigMap")}
    assert len(rules) == len([*chart.directory.glob("rules/*.yml")])
    assert len(boards) == len([*chart.directory.glob("dashboards/*.json")]) + 1  # the settings
    [group] = rules["calls-worker-probe"]["spec"]["groups"]
    assert group["rules"][0]["annotations"] == yaml.safe_load(RULE)
    assert boards["calls-worker-probe"]["data"] == {"probe.json": '{"title": "{{pod}}"}'}


def test_dashboards_link_to_where_the_runbook_is_read(chart: Chart) -> None:
    written = (chart.directory / "dashboards/overview.json").read_text("utf-8")

    manifests = chart.manifests(EVERYTHING)

    [board] = [
        json.loads(found["data"]["overview.json"])
        for found in of_kind(manifests, "ConfigMap")
        if "overview.json" in found["data"]
    ]
    place = "https://wiki.example/turnstream/operations"
    assert "{{status}}" in written
    assert board == json.loads(written.replace("docs/operations.md", place))


def test_a_gpu_is_asked_for_beside_the_other_limits(chart: Chart) -> None:
    limits = worker(chart.manifests(EVERYTHING))["resources"]["limits"]

    assert limits == {"memory": "10Gi", "nvidia.com/gpu": 1}


@pytest.mark.parametrize(
    ("values", "complaint"),
    [
        ({"settings": {"kafka": {"bootstrap_servers": ""}}}, "bootstrap_servers"),
        ({"settings": {"kafka": {"bootstrap_servers": "k:1", "grupo_id": "x"}}}, "grupo_id"),
        ({"setings": {}}, "setings"),
        ({"image": {"tag": "latest"}}, "tag"),
        ({"environment": {"TURNSTREAM_LOG__LEVEL": "DEBUG"}}, "TURNSTREAM_LOG__LEVEL"),
    ],
)
def test_values_that_no_worker_would_start_with_are_refused(
    chart: Chart, tmp_path: Path, values: dict[str, object], complaint: str
) -> None:
    path = with_values(tmp_path, **values)

    with pytest.raises(Refused, match=re.escape(complaint)):
        chart.render(path)


def test_schema_of_settings_is_the_worker_s_own() -> None:
    written = values_schema.written()

    settings, definitions = values_schema.settings_part()

    assert written["properties"]["settings"] == settings
    assert written["$defs"] == definitions, "run: python -m tests.deploy.values_schema"
