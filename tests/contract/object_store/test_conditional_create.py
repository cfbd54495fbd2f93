"""Do real stores pass the probe, is one that overwrites found out, and can it be lived with?"""

from collections.abc import Iterator

import pytest

from consumer.adapters.clock import SystemClock
from consumer.adapters.object_store.conditional_create import (
    PROBE_NAME,
    ConditionalCreateMissing,
    probe_conditional_create,
)
from consumer.adapters.object_store.s3 import S3ObjectStore
from consumer.core.errors import (
    ConditionalCreateUnsupported,
    ObjectExists,
    ObjectForbidden,
    StoreUnreachable,
)
from schemas.uri import ObjectUri
from tests.contract.object_store.s3_clients import anonymous, store_of
from tests.contract.object_store.suite import JSON
from tests.fakes.careless_s3 import CarelessS3, careless_s3
from tests.fakes.clock import FakeClock
from tests.stack.object_server import ObjectServer
from tests.stack.ports import HOST, free_ports

URI = ObjectUri("s3", "results", "a.json")


class HastyClock(FakeClock):
    """Every pause is longer than a start may take."""

    def sleep(self, seconds: float) -> None:
        self.advance(100 * seconds)


@pytest.fixture
def careless() -> CarelessS3:
    return CarelessS3()


@pytest.fixture
def server(careless: CarelessS3) -> Iterator[ObjectServer]:
    with careless_s3(careless) as server:
        yield server


@pytest.mark.s3
def test_a_real_store_passes_at_every_start(s3: S3ObjectStore, bucket: str) -> None:
    for _ in range(2):
        probe_conditional_create(s3, [f"s3://{bucket}/calls/"], SystemClock())

    assert s3.read(ObjectUri("s3", bucket, f"calls/{PROBE_NAME}"), 1000)


@pytest.mark.s3
def test_credentials_that_may_not_write_do_not_keep_a_worker_from_starting(
    object_server: ObjectServer, bucket: str, caplog: pytest.LogCaptureFixture
) -> None:
    with anonymous(object_server) as intruder:
        probe_conditional_create(intruder, [f"s3://{bucket}/"], SystemClock())

    assert [record.message for record in caplog.records] == ["output place cannot be written to"]


def test_a_store_that_ignores_the_condition_is_refused(
    server: ObjectServer, careless: CarelessS3
) -> None:
    with store_of(server) as store, pytest.raises(ConditionalCreateMissing, match="s3://results"):
        probe_conditional_create(store, ["s3://results/"], SystemClock())

    assert careless.conditions == ["*", "*"]


def test_a_store_that_does_not_know_the_condition_is_refused(
    server: ObjectServer, careless: CarelessS3
) -> None:
    careless.refuses_conditions = True

    with store_of(server) as store:
        with pytest.raises(ConditionalCreateUnsupported, match="no conditional creation"):
            store.create(URI, b"first", JSON)
        with pytest.raises(ConditionalCreateMissing):
            probe_conditional_create(store, ["s3://results/"], SystemClock())


def test_a_store_that_is_away_is_given_up(server: ObjectServer) -> None:
    (port,) = free_ports(1)

    with (
        store_of(server, f"http://{HOST}:{port}") as store,
        pytest.raises(StoreUnreachable, match="EndpointConnectionError"),
    ):
        probe_conditional_create(store, ["s3://results/"], HastyClock())


class TestLookThenWrite:
    @pytest.fixture
    def store(self, server: ObjectServer) -> Iterator[S3ObjectStore]:
        with store_of(server, conditional_create=False) as store:
            yield store

    def test_sees_what_is_there_and_leaves_it(
        self, store: S3ObjectStore, careless: CarelessS3
    ) -> None:
        store.create(URI, b"first", JSON)

        with pytest.raises(ObjectExists):
            store.create(URI, b"second", JSON)

        assert list(careless.objects.values()) == [b"first"]
        assert careless.conditions == []

    @pytest.mark.s3
    def test_keeps_to_the_writing_where_nothing_may_be_listed(
        self, object_server: ObjectServer, bucket: str
    ) -> None:
        with (
            anonymous(object_server, conditional_create=False) as intruder,
            pytest.raises(ObjectForbidden),
        ):
            intruder.create(ObjectUri("s3", bucket, "a.json"), b"", JSON)
