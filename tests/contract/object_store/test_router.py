"""Do addresses find their store, and does a worker of local files stay free of boto3?"""

import subprocess
import sys
from pathlib import Path

import pytest

from consumer.adapters.object_store.router import ObjectStores, object_stores
from consumer.adapters.object_store.s3_client import S3Options
from consumer.core.errors import ObjectForbidden
from schemas.uri import ObjectUri
from tests.contract.object_store.suite import JSON, ObjectStoreContract, World
from tests.contract.object_store.test_directory import replace, uri_of
from tests.fakes.object_store import InMemoryObjectStore

IN_BUCKET = ObjectUri("s3", "calls", "a.wav")


class TestRouter(ObjectStoreContract):
    @pytest.fixture
    def world(self, tmp_path: Path) -> World:
        root, gone = tmp_path / "calls", tmp_path / "gone"
        root.mkdir()
        with object_stores([root, gone], s3=None) as store:
            return World(
                store=store,
                intruder=ObjectStores({}),
                uri=lambda key: uri_of(root / key),
                nowhere=uri_of(gone / "a.wav"),
                replace=replace,
            )


def test_asks_the_store_of_the_scheme(tmp_path: Path) -> None:
    objects = InMemoryObjectStore({"calls"})
    stores = ObjectStores({"s3": objects, "file": InMemoryObjectStore(set())})

    stores.create(IN_BUCKET, b"hello", JSON)

    assert objects.read(IN_BUCKET, 100) == b"hello"


def test_says_that_it_has_no_store_for_a_scheme(tmp_path: Path) -> None:
    with (
        object_stores([tmp_path], s3=None) as stores,
        pytest.raises(ObjectForbidden, match="s3://"),
    ):
        stores.read(IN_BUCKET, 100)


def test_connects_to_s3_when_told_to(tmp_path: Path) -> None:
    with object_stores([tmp_path], s3=S3Options(endpoint="http://127.0.0.1:9")) as stores:
        uri = uri_of(tmp_path / "a.json")

        assert stores.create(uri, b"hello", JSON)


def test_local_files_cost_no_import_of_boto3() -> None:
    program = """
import sys, pathlib
from consumer.adapters.object_store.router import object_stores
with object_stores([pathlib.Path("/tmp")], s3=None):
    print(sorted({"boto3", "botocore"} & sys.modules.keys()))
"""

    ran = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, check=True, text=True
    )

    assert ran.stdout == "[]\n"
