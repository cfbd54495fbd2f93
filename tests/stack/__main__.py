"""A real Kafka and a real S3 server for a human to try things on."""

import argparse
import os
import signal
import sys
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from pathlib import Path

from tests.deploy import tools
from tests.stack import builds, kafka, minio
from tests.stack.prerequisites import UnavailableError

_BUCKETS = ("calls", "results")
_BUILDS: tuple[tuple[str, Callable[[], Path]], ...] = (
    ("Kafka", builds.kafka_jars),
    ("MinIO", builds.minio),
    ("versitygw", builds.versitygw),
    ("Helm", tools.chart_tool),
    ("kubeconform", tools.kubeconform),
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Serve until Ctrl-C, or only build; 1 when something that must be here is not."""
    parser = argparse.ArgumentParser(prog="python -m tests.stack", description=__doc__)
    parser.add_argument("action", nargs="?", choices=["serve", "build"], default="serve")
    parser.add_argument("--brokers", type=int, choices=[1, 3], default=1)
    options = parser.parse_args(arguments)
    if options.action == "build":
        return build_all()
    try:
        serve(options.brokers)
    except UnavailableError as error:
        print(f"The stack cannot run here: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("# stopped", flush=True)
    return 0


def build_all() -> int:
    """Build what can be built; what cannot is said, and is an error in CI alone."""
    missing = 0
    for title, build in _BUILDS:
        try:
            build()
        except UnavailableError as error:
            missing += 1
            print(f"{title}: not here ({error})", file=sys.stderr)
        else:
            print(f"{title}: ready")
    return 1 if missing and os.environ.get("CI") == "true" else 0


def serve(brokers: int) -> None:
    """Start Kafka and MinIO, print the environment to use, and stop them at Ctrl-C."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with ExitStack() as stop_all:
        cluster = stop_all.enter_context(kafka.running(brokers))
        server = stop_all.enter_context(minio.running())
        for bucket in _BUCKETS:
            server.client().create_bucket(Bucket=bucket)
        print(f"export TURNSTREAM_KAFKA__BOOTSTRAP_SERVERS={cluster.bootstrap}")
        for name, value in server.environment.items():
            print(f"export {name}={value}")
        print(f"# Kafka ({brokers}) and MinIO (buckets {', '.join(_BUCKETS)}) run until Ctrl-C.")
        sys.stdout.flush()
        signal.pause()


if __name__ == "__main__":
    sys.exit(main())
