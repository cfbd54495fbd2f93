"""How a versitygw server is started."""

from collections.abc import Iterator
from contextlib import contextmanager

from tests.stack import builds
from tests.stack.object_server import ObjectServer
from tests.stack.ports import HOST, free_ports
from tests.stack.processes import ServerProcess, answers, started
from tests.stack.workspace import workspace

_HEALTH = "/health"


@contextmanager
def running() -> Iterator[ObjectServer]:
    """An empty versitygw over a directory; raises `UnavailableError` where it cannot be had."""
    program = builds.versitygw()
    (port,) = free_ports(1)
    server = ObjectServer("versitygw", port)
    with workspace("versitygw") as directory:
        data, versions = directory / "data", directory / "versions"
        data.mkdir()
        versions.mkdir()
        process = ServerProcess(
            name="versitygw",
            command=[
                program,
                f"--port={HOST}:{server.port}",
                f"--region={server.region}",
                f"--health={_HEALTH}",
                "posix",
                f"--versioning-dir={versions}",
                data,
            ],
            workspace=directory,
            environment={
                "ROOT_ACCESS_KEY": server.access_key,
                "ROOT_SECRET_KEY": server.secret_key,
            },
        )
        with started(process, lambda: answers(server.port, _HEALTH)):
            yield server
