"""Whether the buckets of a deployment are made once and left alone after."""

import os
import subprocess
import sys
from secrets import token_hex

import pytest

from tests.deploy.compose import ROOT
from tests.stack.object_server import ObjectServer

pytestmark = pytest.mark.s3


def test_buckets_are_there_after_the_first_run_and_the_second(object_server: ObjectServer) -> None:
    buckets = [f"calls-{token_hex(4)}", f"results-{token_hex(4)}"]
    script = str(ROOT / "deploy/compose/make_buckets.py")

    for _ in range(2):
        subprocess.run(
            [sys.executable, script, *buckets],
            env={**os.environ, **object_server.environment},
            check=True,
        )

    there = {found["Name"] for found in object_server.client().list_buckets()["Buckets"]}
    assert {*buckets} <= there
