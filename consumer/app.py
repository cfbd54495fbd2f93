"""How is a worker put together?

The composition root: the only module that knows every class. What is opened last is closed first,
so that leaving the group still finds a publisher to say the last words with.
"""

import logging
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from consumer.adapters.audio.decoder import SandboxedDecoder
from consumer.adapters.audio.limits import DecodeLimits
from consumer.adapters.clock import SystemClock
from consumer.adapters.health import HealthServer
from consumer.adapters.kafka.configuration import (
    consumer_properties,
    group_protocol,
    producer_properties,
)
from consumer.adapters.kafka.publisher import AtLeastOncePublisher
from consumer.adapters.kafka.source import KafkaJobSource
from consumer.adapters.object_store.router import object_stores
from consumer.adapters.object_store.s3_client import S3Options
from consumer.adapters.prometheus import Metrics
from consumer.adapters.telemetry import LogsAndMetrics
from consumer.archive import Archive
from consumer.claims import Claims
from consumer.core.admission import Admission
from consumer.core.batching import BatchPolicy
from consumer.core.intake import Intake
from consumer.core.lifecycle import Lifecycle
from consumer.core.model import CatalogueModel
from consumer.core.ports import Clock, Instruments, ObjectStore, Operation
from consumer.core.reporting import Destinations, Reporter
from consumer.diarization.allocator import keep_freed_memory
from consumer.diarization.loading import load_stock
from consumer.fetching import Fetcher
from consumer.operations.diarize import Diarize
from consumer.pipeline import Parts, Pipeline, PipelineSize
from consumer.processor import StreamProcessor
from consumer.residency import Residency
from consumer.settings import ModelSettings, Settings
from schemas.operations import DIARIZE
from schemas.uri import PrefixAllowList

log = logging.getLogger("turnstream.worker")

STUCK_SECONDS = 30.0
"""A loop that has not turned for so long is not alive: its polls take a tenth of a second."""
REVOKE_SHARE = 1 / 3
"""Of max.poll.interval: how long a revocation may publish."""


@dataclass(frozen=True, slots=True)
class Worker:
    """A worker that is ready to join its group."""

    processor: StreamProcessor
    health: HealthServer


@contextmanager
def worker(settings: Settings, lifecycle: Lifecycle) -> Iterator[Worker]:
    """Build a worker, and take it down in the opposite order.

    Raises `CannotStart`.
    """
    if settings.models.keep_freed_memory:
        keep_freed_memory()
    clock, metrics = SystemClock(), Metrics()
    telemetry = LogsAndMetrics(metrics)
    protocol = group_protocol(settings.kafka)
    with ExitStack() as opened:
        store = opened.enter_context(object_stores(_file_roots(settings), _s3_options(settings)))
        decoder = opened.enter_context(
            SandboxedDecoder(_decode_limits(settings), settings.worker.fetch_threads)
        )
        parts = _parts(settings, store, decoder, Instruments(clock, telemetry))
        pipeline = opened.enter_context(Pipeline(parts, _size(settings), lifecycle.crash))
        source = KafkaJobSource(
            consumer_properties(settings.kafka, protocol), settings.kafka.jobs_topic
        )
        publisher = AtLeastOncePublisher(producer_properties(settings.kafka), source)
        opened.callback(publisher.close)
        opened.callback(source.close)
        high = settings.worker.max_in_flight_jobs
        processor = StreamProcessor(
            source=source,
            stages=pipeline,
            publisher=publisher,
            admission=Admission(high=high, low=high // 2),
            lifecycle=lifecycle,
            telemetry=telemetry,
            clock=clock,
            revoke_seconds=settings.kafka.max_poll_interval_seconds * REVOKE_SHARE,
        )
        checks = {
            "/live": partial(_why_not_alive, processor, clock),
            "/ready": partial(_why_not_ready, processor, lifecycle),
        }
        server = HealthServer(settings.http.host, settings.http.port, checks, metrics.registry)
        yield Worker(processor, opened.enter_context(server))


def _parts(
    settings: Settings,
    store: ObjectStore,
    decoder: SandboxedDecoder,
    instruments: Instruments,
) -> Parts:
    operations = _operations(settings)
    archive, claims = Archive(store, operations), Claims()
    return Parts(
        intake=_intake(settings),
        fetcher=Fetcher(
            store, archive, decoder, operations, claims, settings.audio.max_bytes, instruments.clock
        ),
        archive=archive,
        claims=claims,
        operations=operations,
        residency=Residency(operations, settings.models.max_resident, instruments),
        reporter=_reporter(settings),
        instruments=instruments,
    )


def _operations(settings: Settings) -> Mapping[str, Operation]:
    token = settings.hf_token.get_secret_value() if settings.hf_token else None
    load = partial(
        load_stock,
        token=token,
        device=settings.models.device,
        cache_directory=settings.models.cache_directory,
        threads=settings.models.cpu_threads,
    )
    return {DIARIZE: Diarize(load)}


def _intake(settings: Settings) -> Intake:
    return Intake(
        operations={DIARIZE: settings.enable_diarization},
        models=_catalogue(settings.models),
        default_model=settings.models.default,
        audio_allowed=PrefixAllowList(settings.audio.allowed),
        output_allowed=PrefixAllowList(settings.output.allowed),
        default_output_uri=settings.output.default_uri,
    )


def _catalogue(settings: ModelSettings) -> Mapping[str, CatalogueModel]:
    models = {}
    for name, entry in settings.catalogue.items():
        models[name] = CatalogueModel(
            name, entry.id or name, entry.revision, entry.directory, entry.sha256
        )
        if not entry.sha256:
            log.warning(
                "model is not pinned: a checkpoint is code",
                extra={"model": name, "setting": "TURNSTREAM_MODELS__CATALOGUE (sha256, revision)"},
            )
    return models


def _reporter(settings: Settings) -> Reporter:
    destinations = Destinations(
        results_topic=settings.kafka.results_topic,
        dead_letters_topic=settings.kafka.dead_letters_topic,
        results_max_bytes=settings.output.results_max_bytes,
        message_max_bytes=settings.kafka.message_max_bytes,
    )
    return Reporter(settings.kafka.group_id, settings.worker.name, destinations)


def _size(settings: Settings) -> PipelineSize:
    policy = BatchPolicy(
        max_jobs=settings.diarization_max_batch_size,
        max_audio_seconds=settings.diarization.max_batch_audio_seconds,
        linger_seconds=settings.diarization.linger_seconds,
    )
    worker = settings.worker
    return PipelineSize(
        worker.max_in_flight_jobs, worker.fetch_threads, worker.store_threads, policy
    )


def _decode_limits(settings: Settings) -> DecodeLimits:
    return DecodeLimits(
        audio_seconds=settings.audio.max_seconds,
        cpu_seconds=settings.audio.decode_cpu_seconds,
        memory_bytes=settings.audio.decode_memory_bytes,
    )


def _places(settings: Settings) -> tuple[str, ...]:
    return (*settings.audio.allowed, *settings.output.allowed)


def _file_roots(settings: Settings) -> list[Path]:
    return [Path(root) for root in PrefixAllowList(_places(settings)).directories]


def _s3_options(settings: Settings) -> S3Options | None:
    """No S3 prefix is allowed: no S3 client is built."""
    if not any(place.startswith("s3://") for place in _places(settings)):
        return None
    return S3Options(
        addressing_style=settings.store.addressing_style,
        # A fetch holds its download while it looks for a stored result.
        connections=2 * settings.worker.fetch_threads + settings.worker.store_threads,
        connect_timeout_seconds=settings.store.connect_timeout_seconds,
        read_timeout_seconds=settings.store.read_timeout_seconds,
    )


def _why_not_alive(processor: StreamProcessor, clock: Clock) -> str | None:
    turned_at = processor.turned_at
    patience = STUCK_SECONDS + processor.revoke_seconds  # a revocation publishes inside one turn
    if turned_at is not None and clock.monotonic() - turned_at > patience:
        return f"the loop has not turned for {clock.monotonic() - turned_at:.0f} s"
    return None


def _why_not_ready(processor: StreamProcessor, lifecycle: Lifecycle) -> str | None:
    if not lifecycle.is_running:
        return "stopping"
    if processor.turned_at is None:
        return "starting"
    return None
