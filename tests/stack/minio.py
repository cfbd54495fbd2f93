"""How a MinIO server is started."""

import secrets
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager

from tests.stack import builds
from tests.stack.object_server import ObjectServer
from tests.stack.ports import HOST, free_ports
from tests.stack.processes import ServerProcess, answers, started
from tests.stack.workspace import workspace

KMS_KEY = "turnstream-tests"
"""The name of the only key that it encrypts objects with, for those who ask for it."""


@contextmanager
def running() -> Iterator[ObjectServer]:
    """An empty MinIO; raises `UnavailableError` where it cannot be had."""
    program = builds.minio()
    (port,) = free_ports(1)
    server = ObjectServer("minio", port)
    with workspace("minio") as directory:
        process = ServerProcess(
            name="minio",
            command=[program, "server", directory / "data", f"--address={HOST}:{server.port}"],
            workspace=directory,
            environment={
                "MINIO_ROOT_USER": server.access_key,
                "MINIO_ROOT_PASSWORD": server.secret_key,
                "MINIO_REGION": server.region,
                "MINIO_KMS_SECRET_KEY": f"{KMS_KEY}:{b64encode(secrets.token_bytes(32)).decode()}",
                "MINIO_BROWSER": "off",
                "MINIO_UPDATE": "off",
                # It refuses a directory on the system's disk unless told that this is a test.
                "MINIO_CI_CD": "1",
            },
        )
        with started(process, lambda: answers(server.port, "/minio/health/ready")):
            yield server
