"""How a Prometheus is started that scrapes the tests' own targets."""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from tests.stack import prerequisites
from tests.stack.ports import HOST, free_ports
from tests.stack.processes import ServerProcess, answers, started
from tests.stack.workspace import workspace


@contextmanager
def running(targets: Sequence[str] = ()) -> Iterator[str]:
    """The base URL of a Prometheus that scrapes itself and the `host:port` targets each second."""
    program = prerequisites.prometheus()
    (port,) = free_ports(1)
    with workspace("prometheus") as directory:
        # JSON is YAML: no need for a writer of the latter.
        configuration = directory / "prometheus.yml"
        configuration.write_text(json.dumps(_configuration([f"{HOST}:{port}", *targets])))
        process = ServerProcess(
            name="prometheus",
            command=[
                program,
                f"--config.file={configuration}",
                f"--storage.tsdb.path={directory / 'data'}",
                f"--web.listen-address={HOST}:{port}",
            ],
            workspace=directory,
        )
        with started(process, lambda: answers(port, "/-/ready")):
            yield f"http://{HOST}:{port}"


def _configuration(targets: Sequence[str]) -> dict[str, object]:
    return {
        "global": {"scrape_interval": "1s"},
        "scrape_configs": [{"job_name": "stack", "static_configs": [{"targets": targets}]}],
    }
