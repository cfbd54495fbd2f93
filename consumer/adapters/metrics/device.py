"""Which figures tell what the device does, and for which models?"""

from consumer.adapters.metrics.declaring import Declare

_JOBS = (1, 2, 4, 8, 16, 32, 64)
_AUDIO_SECONDS = (10, 60, 300, 900, 1800, 3600, 7200, 14400, 36000)


class DeviceMetrics:
    """Batches, models and the time of the device's thread."""

    def __init__(self, declare: Declare) -> None:
        self.batch_jobs = declare.histogram(
            "batch_jobs",
            "Jobs of one device batch, by the reason it was closed for.",
            "closed",
            buckets=_JOBS,
        )
        self.batch_audio_seconds = declare.histogram(
            "batch_audio_seconds",
            "Seconds of audio of one device batch, by the reason it was closed for.",
            "closed",
            buckets=_AUDIO_SECONDS,
        )
        self.batch_seconds = declare.histogram(
            "batch_seconds", "Seconds a batch spent on the device."
        )
        self.seconds = declare.counter(
            "device_seconds",
            "Seconds of the device thread, by what it did or waited for.",
            "doing",
        )
        self.audio_seconds = declare.counter(
            "audio_seconds",
            "Seconds of audio that went through the device, by operation.",
            "operation",
        )
        self.load_seconds = declare.histogram(
            "model_load_seconds", "Seconds it took to load a model, by model.", "model"
        )
        self.load_failures = declare.counter(
            "model_load_failures", "Times that a model could not be loaded, by model.", "model"
        )
        self.unloads = declare.counter(
            "model_unloads", "Models that left the device, by model and reason.", "model", "reason"
        )
        self.resident = declare.gauge("models_resident", "Models that are loaded.")
        self.bytes = declare.gauge(
            "models_bytes",
            "Memory that counts as taken by models, and what unloaded ones did not give back.",
        )
