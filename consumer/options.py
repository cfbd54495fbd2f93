"""How do settings become what the parts of a worker are built with?"""

import logging
from collections.abc import Mapping
from pathlib import Path

from consumer.adapters.audio.limits import DecodeLimits
from consumer.adapters.object_store.s3_client import S3Options
from consumer.core.batching import BatchPolicy
from consumer.core.intake import Intake
from consumer.core.model import CatalogueModel
from consumer.core.reporting import Destinations, Reporter
from consumer.diarization.loading import Running
from consumer.diarization.models.hub import HubAccess
from consumer.pipeline import PipelineSize
from consumer.processor import Bounds
from consumer.settings import ModelSettings, Settings
from schemas.operations import DIARIZE
from schemas.uri import PrefixAllowList

log = logging.getLogger("turnstream.worker")

REVOKE_SHARE = 1 / 3
"""Of max.poll.interval: how long a revocation may take."""


def intake(settings: Settings) -> Intake:
    return Intake(
        operations={DIARIZE: settings.enable_diarization},
        models=_catalogue(settings.models),
        default_model=settings.models.default,
        audio_allowed=PrefixAllowList(settings.audio.allowed),
        output_allowed=PrefixAllowList(settings.output.allowed),
        default_output_uri=settings.output.default_uri,
        max_deaths_alone=settings.worker.max_deaths_alone,
    )


def reporter(settings: Settings) -> Reporter:
    destinations = Destinations(
        results_topic=settings.kafka.results_topic,
        dead_letters_topic=settings.kafka.dead_letters_topic,
        results_max_bytes=settings.output.results_max_bytes,
        message_max_bytes=settings.kafka.message_max_bytes,
    )
    return Reporter(settings.kafka.group_id, settings.worker.name, destinations)


def pipeline_size(settings: Settings) -> PipelineSize:
    policy = BatchPolicy(
        max_jobs=settings.diarization_max_batch_size,
        max_audio_seconds=settings.diarization.max_batch_audio_seconds,
        linger_seconds=settings.diarization.linger_seconds,
    )
    worker = settings.worker
    return PipelineSize(
        worker.max_in_flight_jobs, worker.fetch_threads, worker.store_threads, policy
    )


def bounds(settings: Settings) -> Bounds:
    return Bounds(
        revoke_seconds=settings.kafka.max_poll_interval_seconds * REVOKE_SHARE,
        drain_seconds=settings.worker.drain_seconds,
    )


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


def running(settings: Settings) -> Running:
    """Where models come from and on what they run."""
    token = settings.hf_token.get_secret_value() if settings.hf_token else None
    return Running(
        HubAccess(token, settings.models.cache_directory),
        settings.models.device,
        settings.models.cpu_threads,
        settings.models.precision,
    )
