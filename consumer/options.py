"""How do settings become what the parts of a worker are built with?"""

import logging
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from consumer.adapters.audio.limits import DecodeLimits
from consumer.adapters.object_store.s3_client import S3Options
from consumer.core.admission import Load
from consumer.core.batching import BatchPolicy
from consumer.core.device_memory import DeviceMemory
from consumer.core.errors import CannotStart
from consumer.core.intake import Intake, Served
from consumer.core.lifecycle import Bounds
from consumer.core.liveness import Liveness
from consumer.core.model import CatalogueModel
from consumer.core.ports import Clock, LoadDiarizer, Operation
from consumer.core.reporting import Destinations, Reporter
from consumer.core.scheduling import Stickiness
from consumer.core.tracing import NotTraced, Tracing
from consumer.diarization.device_memory import device_memory
from consumer.diarization.loading import Running
from consumer.diarization.models.hub import HubAccess
from consumer.diarization.models.model_files import model_directory
from consumer.diarization.voiceprint_loading import load_embedder
from consumer.operations.diarize import Diarize
from consumer.operations.embed import Embed
from consumer.operations.plugin import OperationContext
from consumer.operations.registry import Repertoire, gather
from consumer.pipeline import PipelineSize
from consumer.residency import Keeping
from consumer.settings import ModelSettings, Settings, WorkerSettings
from schemas.operations import DIARIZE, EMBED, V1
from schemas.uri import PrefixAllowList

log = logging.getLogger("turnstream.worker")

STUCK_SECONDS = 30.0
"""A loop that has not turned for so long is not alive: its polls take a tenth of a second."""
REVOKE_SHARE = 1 / 3
"""Of max.poll.interval: how long a revocation may take."""


def repertoire(settings: Settings, load: LoadDiarizer) -> Repertoire:
    """Raises `CannotStart` for an operation that is unknown or broken."""
    built_in: Mapping[str, Operation] = {
        DIARIZE: Diarize(load),
        EMBED: Embed(partial(load_embedder, running=running(settings))),
    }
    models = settings.models
    context = OperationContext(models.device, models.cpu_threads, model_directory)
    return gather(settings.worker.operations, built_in, context)


def intake(settings: Settings, serves: Repertoire) -> Intake:
    """Raises `CannotStart` where an operation has no model to begin with."""
    catalogue = _catalogue(settings.models)
    served = {}
    for name in serves.operations:
        models = {each: catalogue[each] for each in _usable(settings.models, name)}
        default = _default_model(name, models, settings.models.default, serves.default_models)
        switched_off = name == DIARIZE and not settings.enable_diarization
        served[name] = Served(models, default, switched_off)
    return Intake(
        operations=served,
        shapes=serves.shapes,
        audio_allowed=PrefixAllowList(settings.audio.allowed),
        output_allowed=PrefixAllowList(settings.output.allowed),
        default_output_uri=settings.output.default_uri,
        max_deaths_alone=settings.worker.max_deaths_alone,
    )


def _usable(settings: ModelSettings, operation: str) -> Iterator[str]:
    for name, entry in settings.catalogue.items():
        if operation in (V1.params if entry.operations is None else entry.operations):
            yield name


def _default_model(
    operation: str, models: Collection[str], ours: str, theirs: Mapping[str, str]
) -> str:
    default = ours if ours in models else theirs.get(operation, ours)
    if default not in models:
        raise CannotStart(
            f"TURNSTREAM_MODELS__CATALOGUE: {operation!r} jobs that name no model would run "
            f"{default!r}, and no such model has {operation!r} among its operations"
        )
    return default


@contextmanager
def tracing(settings: Settings, clock: Clock) -> Iterator[Tracing]:
    """Raises `CannotStart` where what it needs is not installed."""
    if settings.worker.tracing == "none":
        yield NotTraced()
        return
    try:
        from consumer.adapters.tracing import otlp_tracing
    except ImportError as error:
        raise CannotStart(
            f"TURNSTREAM_WORKER__TRACING: otlp needs the extra `otel` ({error})"
        ) from error
    with otlp_tracing(settings.worker.name, settings.kafka.results_topic, clock) as spans:
        yield spans


def reporter(settings: Settings, serves: Repertoire, traced: Tracing) -> Reporter:
    destinations = Destinations(
        results_topic=settings.kafka.results_topic,
        dead_letters_topic=settings.kafka.dead_letters_topic,
        results_max_bytes=settings.output.results_max_bytes,
        message_max_bytes=settings.kafka.message_max_bytes,
    )
    known = tuple(serves.shapes.params)
    return Reporter(settings.kafka.group_id, settings.worker.name, destinations, known, traced)


def pipeline_size(settings: Settings) -> PipelineSize:
    worker, sharing = settings.worker, settings.diarization
    return PipelineSize(
        max_in_flight_jobs=worker.max_in_flight_jobs,
        max_held_bytes=worker.max_in_flight_bytes,
        fetch_threads=worker.fetch_threads,
        cluster_threads=worker.cluster_threads,
        store_threads=worker.store_threads,
        batches=BatchPolicy(
            max_jobs=settings.diarization_max_batch_size,
            max_audio_seconds=sharing.max_batch_audio_seconds,
            linger_seconds=sharing.linger_seconds,
            long_seconds=sharing.long_seconds,
        ),
        stickiness=Stickiness(sharing.max_run_seconds, sharing.max_wait_seconds),
    )


def high_mark(settings: WorkerSettings) -> Load:
    return Load(
        settings.max_in_flight_jobs,
        settings.max_in_flight_audio_seconds,
        settings.max_in_flight_bytes,
    )


def bounds(settings: Settings) -> Bounds:
    return Bounds(
        revoke_seconds=settings.kafka.max_poll_interval_seconds * REVOKE_SHARE,
        drain_seconds=settings.worker.drain_seconds,
    )


def liveness(settings: Settings, clock: Clock) -> Liveness:
    stuck = STUCK_SECONDS + bounds(settings).revoke_seconds  # which publishes inside one turn
    return Liveness(clock, stuck, settings.http.stalled_seconds)


def about(settings: Settings) -> Mapping[str, str]:
    """What tells this worker's figures from those of others."""
    return {
        "worker": settings.worker.name,
        "group": settings.kafka.group_id,
        "jobs_topic": settings.kafka.jobs_topic,
        "delivery": settings.kafka.delivery,
        "engine": settings.models.engine,
        "device": settings.models.device,
    }


def decode_limits(settings: Settings) -> DecodeLimits:
    return DecodeLimits(
        audio_seconds=settings.audio.max_seconds,
        cpu_seconds=settings.audio.decode_cpu_seconds,
        memory_bytes=settings.audio.decode_memory_bytes,
    )


def file_roots(settings: Settings) -> list[Path]:
    return [Path(root) for root in PrefixAllowList(_places(settings)).directories]


def s3_options(settings: Settings) -> S3Options | None:
    """No S3 prefix is allowed: no S3 client is built."""
    if not any(place.startswith("s3://") for place in _places(settings)):
        return None
    return S3Options(
        addressing_style=settings.store.addressing_style,
        # A fetch holds its download while it looks for a stored result.
        connections=2 * settings.worker.fetch_threads + settings.worker.store_threads,
        connect_timeout_seconds=settings.store.connect_timeout_seconds,
        read_timeout_seconds=settings.store.read_timeout_seconds,
        conditional_create=settings.store.conditional_create == "required",
        terms=settings.store.terms,
    )


def _places(settings: Settings) -> tuple[str, ...]:
    return (*settings.audio.allowed, *settings.output.allowed)


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


def keeping(settings: ModelSettings, served: Mapping[str, Served]) -> Keeping:
    """Raises `CannotStart` for a warm-up that nobody here could use."""
    warm_up = tuple((kind[0], _warm_model(*kind, served)) for kind in settings.warm_kinds)
    return Keeping(settings.max_resident, settings.idle_unload_seconds, warm_up)


def _warm_model(operation: str, name: str | None, served: Mapping[str, Served]) -> CatalogueModel:
    try:
        models = served[operation].models
        return models[name or served[operation].default_model]
    except KeyError as error:
        known = ", ".join(f"{each}:{model}" for each in served for model in served[each].models)
        raise CannotStart(
            f"TURNSTREAM_MODELS__WARM_UP: {error.args[0]!r} is not served here; these are: {known}"
        ) from error


def memory(settings: Settings) -> DeviceMemory:
    """Whose memory models take, and how much of it they may."""
    return device_memory(settings.models.device, settings.models.device_memory_bytes)


def running(settings: Settings) -> Running:
    """Where models come from and on what they run."""
    token = settings.hf_token.get_secret_value() if settings.hf_token else None
    return Running(
        HubAccess(token, settings.models.cache_directory),
        settings.models.device,
        settings.models.cpu_threads,
        settings.models.precision,
        settings.worker.cluster_threads,
    )
