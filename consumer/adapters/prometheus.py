"""Which figures does the worker expose?

Every metric is declared here: prefix `turnstream_`, base units, labels from closed sets only.
"""

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

STAGE_BUCKETS = (0.01, 0.05, 0.1, 0.5, 1, 5, 15, 60, 300, 900, 3600, 14400)


class Metrics:
    """The metrics of one worker, on a registry of their own."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.jobs = Counter(
            "turnstream_jobs",
            "Jobs that ended, by operation, status and error code (none: succeeded).",
            ("operation", "status", "code"),
            registry=self.registry,
        )
        self.job_crashes = Counter(
            "turnstream_job_crashes",
            "Times that a job met a bug of the worker; tried again in vain, it ends as internal.",
            registry=self.registry,
        )
        self.late_completions = Counter(
            "turnstream_late_completions",
            "Completions dropped because their partition was no longer ours.",
            registry=self.registry,
        )
        self.tombstones = Counter(
            "turnstream_tombstones",
            "Records without a value, which are no jobs and were skipped.",
            registry=self.registry,
        )
        self.publication_failures = Counter(
            "turnstream_publication_failures",
            "Publications whose messages or offsets did not go out and were tried again.",
            registry=self.registry,
        )
        self.retries = Counter(
            "turnstream_retries",
            "Times that a job failed and was put off for another attempt.",
            registry=self.registry,
        )
        self.held = Counter(
            "turnstream_jobs_held",
            "Times that a job came back because a store was out; no attempt was spent.",
            registry=self.registry,
        )
        self.partitions_refused = Counter(
            "turnstream_partitions_refused",
            "Partitions that cannot be served before somebody has looked at them.",
            registry=self.registry,
        )
        self.records_lost = Counter(
            "turnstream_records_lost",
            "Records that retention removed before they were answered.",
            registry=self.registry,
        )
        self.in_flight = Gauge(
            "turnstream_jobs_in_flight",
            "Jobs between their admission and their publication.",
            registry=self.registry,
        )
        self.partitions = Gauge(
            "turnstream_partitions_assigned",
            "Partitions of the jobs topic that this worker owns.",
            registry=self.registry,
        )
        self.batch_jobs = Histogram(
            "turnstream_batch_jobs",
            "Jobs of one device batch, by the reason it was closed for.",
            ("closed",),
            buckets=(1, 2, 4, 8, 16, 32, 64),
            registry=self.registry,
        )
        self.batch_seconds = Histogram(
            "turnstream_batch_seconds",
            "Seconds a batch spent on the device.",
            buckets=STAGE_BUCKETS,
            registry=self.registry,
        )
        self.device_seconds = Counter(
            "turnstream_device_seconds",
            "Seconds of the device thread, by what it did or waited for.",
            ("doing",),
            registry=self.registry,
        )
        self.audio_seconds = Counter(
            "turnstream_audio_seconds",
            "Seconds of audio that went through the device.",
            registry=self.registry,
        )
        self.model_load_seconds = Histogram(
            "turnstream_model_load_seconds",
            "Seconds it took to load a model.",
            buckets=STAGE_BUCKETS,
            registry=self.registry,
        )
        self.model_load_failures = Counter(
            "turnstream_model_load_failures",
            "Times that a model could not be loaded.",
            registry=self.registry,
        )
        self.model_unloads = Counter(
            "turnstream_model_unloads",
            "Models that left the device, by reason.",
            ("reason",),
            registry=self.registry,
        )
        self.models_resident = Gauge(
            "turnstream_models_resident",
            "Models that are loaded.",
            registry=self.registry,
        )
        self.models_bytes = Gauge(
            "turnstream_models_bytes",
            "Memory that counts as taken by models, and what unloaded ones did not give back.",
            registry=self.registry,
        )
