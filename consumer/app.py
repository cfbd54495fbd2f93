"""How is a worker put together?

The composition root: the only module that knows every class. What is opened last is closed first,
so that leaving the group still finds a publisher to say the last words with.
"""

import logging
import random
import secrets
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial

from confluent_kafka import Producer

from consumer import options
from consumer.adapters.audio.decoder import SandboxedDecoder
from consumer.adapters.clock import SystemClock
from consumer.adapters.gpu import nvml
from consumer.adapters.health import Check, HealthServer
from consumer.adapters.kafka.at_least_once import AtLeastOncePublisher
from consumer.adapters.kafka.configuration import (
    client_properties,
    consumer_properties,
    producer_properties,
    transactional_properties,
)
from consumer.adapters.kafka.log_ends import LogEnds
from consumer.adapters.kafka.protocol import group_protocol
from consumer.adapters.kafka.source import KafkaJobSource
from consumer.adapters.kafka.start_checks import check_topics
from consumer.adapters.kafka.transactional_publisher import TransactionalPublisher
from consumer.adapters.object_store.conditional_create import probe_conditional_create
from consumer.adapters.object_store.counted import CountedStore
from consumer.adapters.object_store.router import object_stores
from consumer.adapters.prometheus import Metrics
from consumer.adapters.telemetry import LogsAndMetrics
from consumer.archive import Archive
from consumer.claims import Claims
from consumer.core.admission import Admission
from consumer.core.breaker import Breaker
from consumer.core.dead_letter_limit import DeadLetterLimit
from consumer.core.device_memory import DeviceMemory
from consumer.core.lifecycle import Lifecycle
from consumer.core.liveness import Health
from consumer.core.offsets import Ledger
from consumer.core.outbox import Outbox
from consumer.core.ports import (
    Instruments,
    LoadDiarizer,
    ObjectStore,
    Publisher,
)
from consumer.core.reporting import Reporter
from consumer.core.retry import RetryPolicy
from consumer.core.triage import Triage
from consumer.core.work import Completion
from consumer.core.workload import Workload
from consumer.diarization.allocator import keep_freed_memory
from consumer.diarization.canary import check_device
from consumer.diarization.loading import load_engine, load_stock
from consumer.fetching import Fetcher
from consumer.operations.registry import Repertoire
from consumer.pipeline import Parts, Pipeline
from consumer.processor import StreamProcessor
from consumer.publishing import Publishing
from consumer.residency import Residency
from consumer.settings import KafkaSettings, Settings, WorkerSettings

log = logging.getLogger("turnstream.worker")


@dataclass(frozen=True, slots=True)
class Worker:
    """A worker that is ready to join its group."""

    processor: StreamProcessor
    health: HealthServer


def loader(settings: Settings) -> LoadDiarizer:
    """Load models for the engine that the settings ask for."""
    load = load_stock if settings.models.engine == "stock" else load_engine
    return partial(load, running=options.running(settings))


@dataclass(frozen=True, slots=True)
class Seams:
    """Where a rehearsal stands in for a part, or listens in; the defaults are the real thing."""

    load: Callable[[Settings], LoadDiarizer] = loader
    store: Callable[[ObjectStore], ObjectStore] = lambda store: store
    producer: Callable[..., Producer] = Producer
    """Builds the transactional producer."""
    memory: Callable[[Settings], DeviceMemory] = options.memory
    """Models that are not real need none, and looking at it imports what real ones run on."""


REAL = Seams()


@contextmanager
def worker(settings: Settings, lifecycle: Lifecycle, seams: Seams = REAL) -> Iterator[Worker]:
    """Build a worker, and take it down in the opposite order.

    Raises `CannotStart`.
    """
    serves = options.repertoire(settings, seams.load(settings))
    check_device(settings.models.device)
    if settings.models.keep_freed_memory:
        keep_freed_memory()
    metrics = Metrics(nvml(), options.about(settings))
    liveness = options.liveness(settings, SystemClock())
    instruments = Instruments(SystemClock(), LogsAndMetrics(metrics, liveness.moved))
    cluster = check_topics(settings.kafka, settings.output.results_max_bytes)
    with ExitStack() as opened:
        store = opened.enter_context(
            object_stores(options.file_roots(settings), options.s3_options(settings))
        )
        probe_conditional_create(store, settings.output.allowed, instruments.clock)
        memory = seams.memory(settings)
        counted = CountedStore(seams.store(store), metrics.delivery.store_requests)
        parts = _parts(settings, serves, counted, memory, opened, instruments)
        pipeline = opened.enter_context(
            Pipeline(parts, options.pipeline_size(settings), lifecycle.crash)
        )
        protocol = group_protocol(settings.kafka, cluster)
        properties = consumer_properties(settings.kafka, protocol)
        source = KafkaJobSource(properties, settings.kafka.jobs_topic)
        publisher = _publisher(settings.kafka, source, lifecycle, seams)
        publishing = _publishing(settings.kafka, publisher, parts.reporter, instruments)
        processor = _processor(settings, source, pipeline, publishing, lifecycle)
        ends = opened.enter_context(_log_ends(settings.kafka, metrics))
        checks: dict[str, Check] = {
            "/live": lambda: liveness.health(
                processor.account.turned_at, processor.workload.under_way
            ),
            "/ready": partial(_readiness, processor, ends),
        }
        server = opened.enter_context(
            HealthServer(settings.http.host, settings.http.port, checks, metrics.registry)
        )
        # Of the grace little is left by then: the group comes before whatever else takes time.
        opened.callback(publisher.close)
        opened.callback(source.close)
        yield Worker(processor, server)


def _parts(
    settings: Settings,
    serves: Repertoire,
    store: ObjectStore,
    memory: DeviceMemory,
    opened: ExitStack,
    instruments: Instruments,
) -> Parts:
    decoder = opened.enter_context(
        SandboxedDecoder(options.decode_limits(settings), settings.worker.fetch_threads)
    )
    operations = serves.operations
    archive, claims = Archive(store, operations, serves.shapes), Claims()
    intake = options.intake(settings, serves)
    tracing = opened.enter_context(options.tracing(settings, instruments.clock))
    return Parts(
        intake=intake,
        fetcher=Fetcher(
            store, archive, decoder, operations, claims, settings.audio.max_bytes, instruments.clock
        ),
        archive=archive,
        claims=claims,
        operations=operations,
        residency=Residency(
            operations, options.keeping(settings.models, intake.operations), instruments, memory
        ),
        reporter=options.reporter(settings, serves, tracing),
        instruments=instruments,
    )


def _publisher(
    settings: KafkaSettings, source: KafkaJobSource, lifecycle: Lifecycle, seams: Seams
) -> Publisher:
    if settings.delivery == "at-least-once":
        return AtLeastOncePublisher(producer_properties(settings), source)
    instance = settings.instance
    if instance is None:
        instance = secrets.token_hex(4)
        log.warning(
            "no stable instance: if this worker crashes, readers wait for its open transaction",
            extra={
                "setting": "TURNSTREAM_KAFKA__INSTANCE",
                "seconds": settings.transaction_timeout_seconds,
            },
        )
    return TransactionalPublisher(
        transactional_properties(settings, instance), source, lifecycle.crash, seams.producer
    )


def _publishing(
    settings: KafkaSettings, publisher: Publisher, reporter: Reporter, instruments: Instruments
) -> Publishing:
    def rewrite(completion: Completion, problem: str) -> Completion:
        return reporter.undeliverable(completion, problem, instruments.clock.utc())

    ledger = Ledger(settings.metadata_max_bytes)
    return Publishing(publisher, ledger, Outbox(rewrite), instruments)


def _processor(
    settings: Settings,
    source: KafkaJobSource,
    pipeline: Pipeline,
    publishing: Publishing,
    lifecycle: Lifecycle,
) -> StreamProcessor:
    return StreamProcessor(
        source=source,
        stages=pipeline,
        ledger=publishing.ledger,
        publishing=publishing,
        workload=_workload(settings.worker),
        admission=Admission(options.high_mark(settings.worker)),
        lifecycle=lifecycle,
        instruments=publishing.instruments,
        bounds=options.bounds(settings),
    )


def _workload(settings: WorkerSettings) -> Workload:
    policy = RetryPolicy(settings.retry_delays_seconds)
    return Workload(
        Triage(policy, Breaker(), random.random),
        DeadLetterLimit(settings.dead_letter_limit_percent),
    )


def _log_ends(settings: KafkaSettings, metrics: Metrics) -> LogEnds:
    backlog = metrics.backlog
    return LogEnds(
        client_properties(settings), settings.jobs_topic, lambda: backlog.partitions, backlog.saw
    )


def _readiness(processor: StreamProcessor, ends: LogEnds) -> Health:
    reasons = [reason for reason in (processor.why_not_ready(), ends.why_not()) if reason]
    return Health("; ".join(reasons) or None, {"partitions": len(processor.ledger)})
