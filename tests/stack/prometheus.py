"""How a Prometheus is started that scrapes the tests' own targets."""

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from tests.stack import prerequisites
from tests.stack.ports import HOST, free_ports
from tests.stack.processes import ServerProcess, answers, started
from tests.stack.workspace import workspace


@contextmanager
def running(targets: Sequence[str] = (), rules: Sequence[Path] = ()) -> Iterator[str]:
    """The base URL of a Prometheus that scrapes itself and the `host:port` targets each second.

    As often it evaluates the files of rules.
    """
    program = prerequisites.prometheus()
    (port,) = free_ports(1)
    with workspace("prometheus") as directory:
        # JSON is YAML: no need for a writer of the latter.
        configuration = directory / "prometheus.yml"
        content = _configuration([f"{HOST}:{port}", *targets], rules)
        configuration.write_text(json.dumps(content))
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


def _configuration(targets: Sequence[str], rules: Sequence[Path]) -> dict[str, object]:
    return {
        "global": {"scrape_interval": "1s", "evaluation_interval": "1s"},
        "rule_files": [str(file) for file in rules],
        "scrape_configs": [{"job_name": "stack", "static_configs": [{"targets": targets}]}],
    }
