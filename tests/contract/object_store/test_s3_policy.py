"""Is the policy of the page for operators enough for a worker, and does it allow nothing else?

The policy is read from the page, and put on the keys that a real server gives to a session. MinIO
says that an object is missing without the right to list, too: that statement is for AWS.
"""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from consumer.adapters.object_store.s3 import S3ObjectStore
from consumer.core.errors import ObjectForbidden, ObjectNotFound
from schemas.uri import ObjectUri
from tests.contract.object_store.s3_clients import overwrite, store_of
from tests.contract.object_store.suite import JSON
from tests.contract.object_store.test_s3_roles import session_of
from tests.stack.object_server import ObjectServer

pytestmark = pytest.mark.s3

OPERATIONS = Path(__file__).parents[3] / "docs" / "operations.md"


def policies() -> list[dict[str, Any]]:
    """Every policy of the page; `Any`, as JSON is."""
    return [
        json.loads(text) for text in re.findall(r"(?s)```json\n(.*?)```", OPERATIONS.read_text())
    ]


def of_kind(prefix: str) -> dict[str, Any]:
    [policy] = (policy for policy in policies() if f'"{prefix}:' in json.dumps(policy))
    return policy


@pytest.fixture(scope="module")
def buckets(minio: ObjectServer) -> tuple[str, str]:
    """Buckets that stand for those of the page: of the audio, and of the results."""
    return minio.new_bucket("calls"), minio.new_bucket("results")


@contextmanager
def worker_without(
    minio: ObjectServer, buckets: tuple[str, str], missing: str
) -> Iterator[S3ObjectStore]:
    """A worker's store with the policy of the page, for these buckets, without a statement."""
    calls, results = buckets
    policy = of_kind("s3")
    kept = [each for each in policy["Statement"] if each["Sid"] != missing]
    assert len(kept) == len(policy["Statement"]) - bool(missing)
    text = json.dumps({**policy, "Statement": kept})
    text = re.sub(r":::calls\b", f":::{calls}", re.sub(r":::results\b", f":::{results}", text))
    keys = session_of(minio, json.loads(text))
    environment = {
        "AWS_ACCESS_KEY_ID": keys["AccessKeyId"],
        "AWS_SECRET_ACCESS_KEY": keys["SecretAccessKey"],
        "AWS_SESSION_TOKEN": keys["SessionToken"],
    }
    with store_of(minio, environment=environment) as store:
        yield store


@pytest.fixture
def audio(minio: ObjectServer, buckets: tuple[str, str]) -> ObjectUri:
    uri = ObjectUri("s3", buckets[0], "2026/call.wav")
    overwrite(minio, uri, b"hello")
    return uri


@pytest.fixture
def result(buckets: tuple[str, str], request: pytest.FixtureRequest) -> ObjectUri:
    return ObjectUri("s3", buckets[1], f"turns/{request.node.name}.json")


def test_it_is_enough_for_a_job(
    minio: ObjectServer, buckets: tuple[str, str], audio: ObjectUri, result: ObjectUri
) -> None:
    with worker_without(minio, buckets, "") as store:
        assert store.read(audio, 100) == b"hello"
        with pytest.raises(ObjectNotFound):
            store.read(result, 100)
        store.create(result, b"turns", JSON)
        assert store.read(result, 100) == b"turns"
        with pytest.raises(ObjectNotFound):
            store.read(ObjectUri("s3", buckets[0], "missing.wav"), 100)


def test_it_allows_nothing_beside_the_results(
    minio: ObjectServer, buckets: tuple[str, str], audio: ObjectUri
) -> None:
    beside = ObjectUri("s3", buckets[1], "elsewhere.json")

    with worker_without(minio, buckets, "") as store:
        for place in (audio, beside):
            with pytest.raises(ObjectForbidden):
                store.create(place, b"turns", JSON)


def test_without_audio_or_results_the_worker_is_refused(
    minio: ObjectServer, buckets: tuple[str, str], audio: ObjectUri, result: ObjectUri
) -> None:
    with worker_without(minio, buckets, "ReadAudio") as store, pytest.raises(ObjectForbidden):
        store.read(audio, 100)
    refused = pytest.raises(ObjectForbidden)
    with worker_without(minio, buckets, "ReadAndWriteResults") as store, refused:
        store.create(result, b"turns", JSON)
