"""How much is done at once, and how does the process show itself?"""

import socket
from typing import Literal

from pydantic import Field

from consumer.settings.section import Section
from schemas.operations import V1


class WorkerSettings(Section):
    """How much is done at once, and how the process behaves."""

    name: str = Field(
        default_factory=socket.gethostname,
        min_length=1,
        description="Name of this worker in results and logs; default: the host name.",
    )
    operations: tuple[str, ...] = Field(
        tuple(V1.params),
        min_length=1,
        description=(
            "What this worker serves: built-in operations and those of installed packages. Groups "
            "that serve different ones read different jobs topics."
        ),
    )
    max_in_flight_jobs: int = Field(
        32,
        ge=1,
        description=(
            "Jobs between admission and publication; intake resumes at half. Raise it to several "
            "per partition where jobs of different models alternate."
        ),
    )
    max_in_flight_audio_seconds: float = Field(
        345_600.0,
        gt=0,
        description=(
            "The same in seconds of audio. Lower it where jobs wait long behind others that this "
            "worker took."
        ),
    )
    max_in_flight_bytes: int = Field(
        4 * 1024**3,
        ge=1024**2,
        description=(
            "Decoded audio held in memory at once (an hour is 230 MB); each fetch thread may hold "
            "one recording more. Intake resumes at half: ten hours are more than half of the "
            "default, and a pause then lasts until they are heard. Fit it to the machine."
        ),
    )
    fetch_threads: int = Field(
        4,
        ge=1,
        le=64,
        description="Downloads (and decoder children) at once; raise it for a far-away store.",
    )
    cluster_threads: int = Field(
        2,
        ge=1,
        le=64,
        description=(
            "Recordings clustered at once, on the CPU. Raise it where timings.cluster is long and "
            "cores are free."
        ),
    )
    store_threads: int = Field(4, ge=1, le=64, description="Uploads at once.")
    drain_seconds: float = Field(
        5.0,
        ge=0,
        description=(
            "In a rebalance: how long a partition that goes waits for jobs nearly done. Raise it "
            "where batches take longer."
        ),
    )
    retry_delays_seconds: tuple[float, ...] = Field(
        (30.0, 300.0),
        max_length=50,  # the commit's metadata counts no further than 99
        description=(
            "How long a job waits after each failure that may heal; then it is given up. Add "
            "delays where things take longer to heal."
        ),
    )
    max_deaths_alone: int = Field(
        3,
        ge=1,
        le=50,
        description=(
            "How often a job may kill a worker that runs nothing else beside it. Lower it where "
            "restarts are dear."
        ),
    )
    dead_letter_limit_percent: float = Field(
        50.0,
        gt=0,
        le=100,
        description=(
            "More failed jobs than this among the recent ones, and one at a time is tried; 100: "
            "never. Raise it where many are expected to fail."
        ),
    )
    tracing: Literal["none", "otlp"] = Field(
        "none",
        description=(
            "otlp: send a span for each job and its stages by OTLP over HTTP, as the variables "
            "OTEL_EXPORTER_OTLP_… say; needs the extra `otel`."
        ),
    )
    grace_seconds: float = Field(
        25.0,
        ge=0,
        description="After SIGTERM: how long work in flight may take. Kubernetes kills after 30 s.",
    )


class HttpSettings(Section):
    """Where /live, /ready and /metrics are served."""

    host: str = Field("127.0.0.1", description="0.0.0.0 in a container, so that probes reach it.")
    port: int = Field(9464, ge=0, le=65535, description="0: any free port; the log says which.")
    stalled_seconds: float = Field(
        3600.0,
        gt=0,
        description=(
            "/live fails when jobs are under way and nothing has moved for so long. Raise it where "
            "one recording takes longer, as with the stock engine on a CPU."
        ),
    )


class LogSettings(Section):
    """What the process says about itself, on standard error."""

    level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field(
        "INFO", description="DEBUG is loud."
    )
    format: Literal["json", "console"] = Field(
        "json", description="console for people, json for machines."
    )
