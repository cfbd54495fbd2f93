"""How are manifests described to kubeconform where nothing can be fetched?

Kubernetes' own kinds come with `kubernetes-validate`; those of KEDA and the Prometheus operator are
written from the typed models of their packages.
"""

import json
from collections.abc import Iterator, Mapping
from importlib import resources
from pathlib import Path
from typing import Any

from cloudcoil.models.keda.v1alpha1 import ScaledObject
from cloudcoil.models.prometheus_operator.v1 import PrometheusRule, ServiceMonitor
from pydantic import BaseModel

OLDEST, NEWEST = "1.29.0", "1.37.0"
"""The chart's `kubeVersion` begins with the one; the other is the last that is known here."""
TEMPLATE = "{{.ResourceKind}}{{.KindSuffix}}.json"
"""How kubeconform finds the schema of a kind."""
_PACKAGED = resources.files("kubernetes_validate") / "kubernetes-json-schema"
_KINDS = (
    "configmap-v1",
    "poddisruptionbudget-policy-v1",
    "service-v1",
    "serviceaccount-v1",
    "statefulset-apps-v1",
)
_CUSTOM: Mapping[str, type[BaseModel]] = {
    "scaledobject-keda-v1alpha1": ScaledObject,
    "servicemonitor-monitoring-v1": ServiceMonitor,
    "prometheusrule-monitoring-v1": PrometheusRule,
}


def write(version: str, into: Path) -> None:
    """Write the schema of every kind that the chart has."""
    packaged = _PACKAGED / f"v{version}-local-strict"
    definitions = json.loads((packaged / "_definitions.json").read_text("utf-8"))["$defs"]
    for name in _KINDS:
        # As packaged, they refer to a file below a directory that is not there.
        text = (
            (packaged / f"{name}.json").read_text("utf-8").replace("/api/_definitions.json#", "#")
        )
        (into / f"{name}.json").write_text(json.dumps(json.loads(text) | {"$defs": definitions}))
    for name, model in _CUSTOM.items():
        schema = model.model_json_schema(by_alias=True)
        for node in _objects(schema):
            node.setdefault("additionalProperties", False)
        (into / f"{name}.json").write_text(json.dumps(schema))


def _objects(node: Any) -> Iterator[dict[str, Any]]:
    """Every schema that lists its properties; `Any`: it is a JSON document."""
    if isinstance(node, dict):
        if isinstance(node.get("properties"), dict):
            yield node
        for child in node.values():
            yield from _objects(child)
    elif isinstance(node, list):
        for child in node:
            yield from _objects(child)
