"""Whether the command line answers at once."""

import subprocess
import sys
import time


def test_importing_the_commands_takes_less_than_300_milliseconds() -> None:
    assert min(_import_seconds() for _ in range(5)) < 0.3


def test_importing_the_commands_brings_no_client_library() -> None:
    heavy = "{'confluent_kafka', 'boto3', 'pydantic', 'rich.console'}"
    check = f"import sys, producer_tools.__main__; assert not {heavy} & set(sys.modules)"

    subprocess.run([sys.executable, "-c", check], check=True)


def _import_seconds() -> float:
    start = time.perf_counter()
    subprocess.run([sys.executable, "-c", "import producer_tools.__main__"], check=True)
    return time.perf_counter() - start
