"""What can be set, in which unit, with which default, and when should it be changed?

One frozen tree, read once from the environment. `.env.example` and `docs/settings.md` are generated
from it (`python -m consumer.settings_reference`).
"""

import socket
from collections.abc import Mapping
from typing import Annotated, Literal, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    SecretStr,
    field_validator,
    model_validator,
)
from pydantic_settings import BaseSettings, SettingsConfigDict

from schemas import topics
from schemas.uri import PrefixAllowList

PREFIX = "TURNSTREAM_"
SEPARATOR = "__"

BREAKS_THE_PROMISE = frozenset(
    {
        "acks",
        "auto.offset.reset",
        "bootstrap.servers",
        "enable.auto.commit",
        "enable.auto.offset.store",
        "enable.idempotence",
        "group.id",
        "group.protocol",
        "isolation.level",
        "max.in.flight",
        "max.in.flight.requests.per.connection",
        "max.poll.interval.ms",
        "message.max.bytes",
        "retries",
        "transactional.id",
    }
)
"""librdkafka properties that are ours to set: others lose or repeat jobs, or are settings."""


def _prefixes(values: tuple[str, ...]) -> tuple[str, ...]:
    PrefixAllowList(values)
    return values


Prefixes = Annotated[tuple[str, ...], AfterValidator(_prefixes)]


class _Section(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class KafkaSettings(_Section):
    """How to reach the brokers, and which group and topics to serve."""

    bootstrap_servers: str = Field(
        "", description="Brokers, host:port,host:port. Required; there is no useful default."
    )
    group_id: str = Field(
        "turnstream",
        min_length=1,
        description="Consumer group; every worker of one service shares it.",
    )
    jobs_topic: str = Field(
        topics.JOBS_TOPIC, description="Where jobs are read from; never compacted."
    )
    results_topic: str = Field(
        topics.RESULTS_TOPIC, description="Where every terminal result goes."
    )
    dead_letters_topic: str = Field(
        topics.DEAD_LETTERS_TOPIC, description="Where failed jobs go with their original bytes."
    )
    group_protocol: Literal["auto", "consumer", "classic"] = Field(
        "auto",
        description=(
            "auto: the KIP-848 protocol where the brokers have it, else classic cooperative-sticky."
        ),
    )
    max_poll_interval_seconds: float = Field(
        60.0,
        ge=6,
        le=3600,
        description=(
            "Deadlock detector and rebalance bound. Inference never meets it; raise it only for "
            "slow brokers."
        ),
    )
    message_max_bytes: int = Field(
        1_048_588 + topics.DEAD_LETTER_HEADROOM_BYTES,
        ge=32_768,
        description=(
            "Largest record we produce; at most max.message.bytes of the dead-letter topic."
        ),
    )
    compression: Literal["none", "gzip", "snappy", "lz4", "zstd"] = Field(
        "gzip", description="Of results and dead letters. Every client reads gzip."
    )
    properties: Mapping[str, str] = Field(
        default_factory=dict,
        description=(
            "librdkafka properties passed through to every client: a JSON object, or one "
            "variable each, e.g. TURNSTREAM_KAFKA__PROPERTIES__SECURITY_PROTOCOL=SASL_SSL."
        ),
    )

    @field_validator("properties", mode="before")
    @classmethod
    def _dotted(cls, properties: Mapping[str, str]) -> Mapping[str, str]:
        """Shells cannot export dots: SECURITY_PROTOCOL means security.protocol."""
        return {name.lower().replace("_", "."): value for name, value in properties.items()}

    @field_validator("properties")
    @classmethod
    def _keep_the_promise(cls, properties: Mapping[str, str]) -> Mapping[str, str]:
        if refused := sorted(BREAKS_THE_PROMISE & properties.keys()):
            raise ValueError(
                f"{', '.join(refused)}: the worker sets this itself to keep the delivery promise"
            )
        return properties


class StoreSettings(_Section):
    """How to talk to S3.

    Endpoint, region and credentials come the AWS way: AWS_ENDPOINT_URL_S3, AWS_REGION, …
    """

    addressing_style: Literal["auto", "path", "virtual"] = Field(
        "auto",
        description=(
            "path for MinIO and versitygw behind one host name; auto chooses it for an endpoint."
        ),
    )
    connect_timeout_seconds: float = Field(5.0, gt=0, description="Raise it for far-away stores.")
    read_timeout_seconds: float = Field(
        30.0, gt=0, description="Silence on a download before it is resumed."
    )


class AudioSettings(_Section):
    """What audio is accepted, and what decoding it may cost."""

    allowed: Prefixes = Field(
        (),
        description='Where audio may be read from, e.g. ["s3://calls/"]. Empty: jobs are refused.',
    )
    max_bytes: int = Field(
        2 * 1024**3, gt=0, description="Largest encoded file that is downloaded (into memory)."
    )
    max_seconds: float = Field(
        36_000.0, gt=0, description="Longest decoded recording; an hour needs 230 MB of memory."
    )
    decode_cpu_seconds: int = Field(
        600, gt=0, description="CPU time one file may take to decode before its child is killed."
    )
    decode_memory_bytes: int = Field(
        512 * 1024**2,
        gt=0,
        description=(
            "Memory one decoder child may use beyond its libraries and the decoded samples."
        ),
    )


class OutputSettings(_Section):
    """Where results are stored."""

    allowed: Prefixes = Field(
        (), description='Prefixes that results may be written under, e.g. ["s3://results/"].'
    )
    default_uri: str | None = Field(
        None,
        description=(
            "Where results of jobs without output.uri go; ends in /. None: such jobs are refused."
        ),
    )
    results_max_bytes: int = Field(
        topics.RESULTS_MAX_BYTES,
        gt=0,
        description=(
            "A larger result message carries no inline result: readers take the stored object."
        ),
    )


class CatalogueSettings(_Section):
    """One model that jobs may name."""

    id: str | None = Field(None, description="Hub id; None: the name itself.")
    revision: str | None = Field(None, description="Pinned commit on the hub.")
    directory: str | None = Field(None, description="Local pipeline directory instead of the hub.")
    sha256: str | None = Field(
        None,
        pattern="^[0-9a-f]{64}$",
        description="Digest of the model's files (turnstream-worker digest DIR).",
    )


class ModelSettings(_Section):
    """Which models jobs may name, and where they run."""

    catalogue: Mapping[str, CatalogueSettings] = Field(
        default_factory=lambda: {
            "pyannote/speaker-diarization-3.1": CatalogueSettings(),
            "pyannote/speaker-diarization-community-1": CatalogueSettings(),
        },
        description=(
            "Name -> {id, revision, directory, sha256} (JSON object). Pin what you run: a "
            "checkpoint is code."
        ),
    )
    default: str = Field(
        "pyannote/speaker-diarization-community-1", description="The model of jobs that name none."
    )
    device: str = Field(
        "auto", description="cpu, cuda, cuda:1, …; auto takes CUDA when there is one."
    )
    cache_directory: str | None = Field(
        None, description="Where hub downloads are kept; None: the hub library's default (HF_HOME)."
    )
    cpu_threads: int | None = Field(
        None, ge=1, description="CPU threads of the networks; None: as many as there are cores."
    )
    keep_freed_memory: bool = Field(
        True,
        description=(
            "Keep the memory of activations mapped (glibc): half the CPU time, a larger process."
        ),
    )
    max_resident: int = Field(
        1, ge=1, description="Models kept loaded; the least recently used goes first."
    )

    @model_validator(mode="after")
    def _default_is_listed(self) -> Self:
        if self.default not in self.catalogue:
            raise ValueError(
                f"default: {self.default!r} is not in the catalogue ({', '.join(self.catalogue)})"
            )
        return self


class DiarizationSettings(_Section):
    """How recordings share the device."""

    max_batch_audio_seconds: float = Field(
        7200.0,
        gt=0,
        description="Audio of one device batch; lower it when the device runs out of memory.",
    )
    linger_seconds: float = Field(
        0.05, ge=0, le=10, description="How long a recording waits for company on an idle device."
    )


class WorkerSettings(_Section):
    """How much is done at once, and how the process behaves."""

    name: str = Field(
        default_factory=socket.gethostname,
        min_length=1,
        description="Name of this worker in results and logs; default: the host name.",
    )
    max_in_flight_jobs: int = Field(
        32,
        ge=1,
        description=(
            "Jobs between admission and publication; bounds memory. Intake resumes at half."
        ),
    )
    fetch_threads: int = Field(
        4,
        ge=1,
        le=64,
        description="Downloads (and decoder children) at once; raise it for a far-away store.",
    )
    store_threads: int = Field(4, ge=1, le=64, description="Uploads at once.")
    grace_seconds: float = Field(
        25.0,
        ge=0,
        description="After SIGTERM: how long work in flight may take. Kubernetes kills after 30 s.",
    )


class HttpSettings(_Section):
    """Where /live, /ready and /metrics are served."""

    host: str = Field("127.0.0.1", description="0.0.0.0 in a container, so that probes reach it.")
    port: int = Field(9464, ge=0, le=65535, description="0: any free port; the log says which.")


class LogSettings(_Section):
    """What the process says about itself, on standard error."""

    level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field(
        "INFO", description="DEBUG is loud."
    )
    format: Literal["json", "console"] = Field(
        "json", description="console for people, json for machines."
    )


class Settings(BaseSettings):
    """The whole tree; `TURNSTREAM_KAFKA__GROUP_ID` sets `kafka.group_id`."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_nested_delimiter=SEPARATOR, frozen=True, extra="forbid"
    )

    kafka: KafkaSettings = Field(default_factory=KafkaSettings)
    store: StoreSettings = Field(default_factory=StoreSettings)
    audio: AudioSettings = Field(default_factory=AudioSettings)
    output: OutputSettings = Field(default_factory=OutputSettings)
    models: ModelSettings = Field(default_factory=ModelSettings)
    diarization: DiarizationSettings = Field(default_factory=DiarizationSettings)
    worker: WorkerSettings = Field(default_factory=WorkerSettings)
    http: HttpSettings = Field(default_factory=HttpSettings)
    log: LogSettings = Field(default_factory=LogSettings)

    hf_token: SecretStr | None = Field(
        None,
        validation_alias="HF_TOKEN",
        description=(
            "Token of the model hub; needed for gated models that are not in a local directory."
        ),
    )
    enable_diarization: bool = Field(
        True,
        validation_alias="ENABLE_DIARIZATION",
        description="false: diarize jobs end `operation_disabled`.",
    )
    diarization_max_batch_size: int = Field(
        8,
        ge=1,
        le=1024,
        validation_alias="DIARIZATION_MAX_BATCH_SIZE",
        description="Jobs of one device batch.",
    )

    @model_validator(mode="after")
    def _usable(self) -> Self:
        if not self.kafka.bootstrap_servers:
            raise ValueError(
                "kafka.bootstrap_servers: set TURNSTREAM_KAFKA__BOOTSTRAP_SERVERS to host:port,…"
            )
        default = self.output.default_uri
        if default and not PrefixAllowList(self.output.allowed).admits_prefix(default):
            raise ValueError(f"output.default_uri: {default} is not under output.allowed")
        return self
