"""Models and batches: is the device fed well, and what does loading cost?"""

from deploy.grafana.boards.board import GREEN, ORANGE, RED, Board, Look, Panel, Section
from deploy.grafana.boards.promql import (
    RANGE,
    by_worker,
    chosen,
    events,
    mean,
    or_zero,
    quantiles,
    rate,
    share,
    shares,
    total,
)

NO_BATCH = "no batch ran"
_LOADS = "turnstream_model_load_seconds_count"
_FAILURES = "turnstream_model_load_failures_total"
_DEVICE = rate("turnstream_device_seconds_total")
_EVICTED = 'turnstream_model_unloads_total{reason="evicted"}'

_NOW = (
    Panel(
        title="How many models are loaded?",
        description="On all devices of the chosen workers.",
        unit="none",
        queries={"": total(chosen("turnstream_models_resident"))},
        look=Look.NUMBER,
        runbook="models-on-the-device",
    ),
    Panel(
        title="How much memory do they take?",
        description="What counts as taken by models, and what unloaded ones did not give back.",
        unit="bytes",
        queries={"": total(chosen("turnstream_models_bytes"))},
        look=Look.NUMBER,
        runbook="memory-that-does-not-come-back",
    ),
    Panel(
        title="How many loads in this time range?",
        description="Many for each model and worker: models evict each other.",
        unit="short",
        queries={"": or_zero(total(events(_LOADS, RANGE)))},
        look=Look.NUMBER,
        runbook="models-on-the-device",
    ),
    Panel(
        title="How many loads failed?",
        description="In this time range.",
        unit="short",
        queries={"": or_zero(total(events(_FAILURES, RANGE)))},
        look=Look.NUMBER,
        runbook="models",
        steps={None: GREEN, 0.5: RED},
    ),
    Panel(
        title="How many models had to make room?",
        description="Evictions in this time range: others needed the memory.",
        unit="short",
        queries={"": or_zero(total(events(_EVICTED, RANGE)))},
        look=Look.NUMBER,
        runbook="models-on-the-device",
    ),
    Panel(
        title="How much of the device's time is loading?",
        description="The share of its thread's time, lately.",
        unit="percentunit",
        queries={
            "": or_zero(
                share(
                    total(rate('turnstream_device_seconds_total{doing="loading"}')),
                    total(_DEVICE),
                )
            )
        },
        look=Look.NUMBER,
        runbook="models-on-the-device",
        steps={None: GREEN, 0.1: ORANGE},
    ),
)

_BATCHES = (
    Panel(
        title="What closes batches?",
        description="Batches in a second: full by jobs or by seconds of audio, other_kind of work "
        "is next, linger: nobody came in time, revocation: a partition left.",
        unit="suffix: /s",
        queries={
            "{{closed}}": or_zero(
                total(rate("turnstream_batch_jobs_count"), "closed"), closed="none"
            )
        },
        look=Look.STACK,
    ),
    Panel(
        title="How many jobs are in a batch?",
        description="The mean, by what closed it.",
        unit="none",
        queries={"{{closed}}": mean("turnstream_batch_jobs", "closed")},
        absent=NO_BATCH,
    ),
    Panel(
        title="How much audio is in a batch?",
        description="The mean, by what closed it.",
        unit="s",
        queries={"{{closed}}": mean("turnstream_batch_audio_seconds", "closed")},
        absent=NO_BATCH,
    ),
    Panel(
        title="How long does a batch take?",
        description="On the device; estimated from buckets. Long recordings run by themselves, and "
        "others take turns with them.",
        unit="s",
        queries=quantiles("turnstream_batch_seconds"),
        absent=NO_BATCH,
    ),
    Panel(
        title="How fast is the device while it works?",
        description="Seconds of audio in a second of its work.",
        unit="suffix: s/s",
        queries={
            "audio": share(
                total(rate("turnstream_audio_seconds_total")),
                total(rate('turnstream_device_seconds_total{doing="busy"}')),
            )
        },
        absent=NO_BATCH,
    ),
    Panel(
        title="How is the device's time shared out?",
        description="Between batches, loading, and waiting.",
        unit="percentunit",
        queries={"{{doing}}": shares(total(_DEVICE, "doing"), total(_DEVICE))},
        look=Look.STACK,
        colours={"busy": GREEN, "loading": ORANGE},
    ),
)

_MODELS = (
    Panel(
        title="Which models are loaded again and again?",
        description="Loads by model.",
        unit="short",
        queries={"{{model}}": or_zero(total(events(_LOADS), "model"), model="none")},
        look=Look.BARS,
        runbook="models-on-the-device",
    ),
    Panel(
        title="How long does a load take?",
        description="The mean, by model.",
        unit="s",
        queries={"{{model}}": mean("turnstream_model_load_seconds", "model")},
        runbook="models-on-the-device",
        absent="nothing was loaded",
    ),
    Panel(
        title="Which models cannot be loaded?",
        description="Loads that failed, by model: the log says why.",
        unit="short",
        queries={"{{model}}": or_zero(total(events(_FAILURES), "model"), model="none")},
        look=Look.BARS,
        runbook="models",
        colours={"none": GREEN},
    ),
    Panel(
        title="Why do models leave?",
        description="evicted: others needed the room; idle; too_large: alone over the budget; "
        "closing: the worker ended.",
        unit="short",
        queries={
            "{{reason}}": or_zero(
                total(events("turnstream_model_unloads_total"), "reason"), reason="none"
            )
        },
        look=Look.BARS,
        runbook="models-on-the-device",
        colours={"too_large": RED},
    ),
    Panel(
        title="How many models has each worker loaded?",
        description="At the time of the scrape.",
        unit="none",
        queries={"{{worker}}": by_worker("turnstream_models_resident")},
        look=Look.STACK,
        runbook="models-on-the-device",
    ),
    Panel(
        title="How much memory do models take on each worker?",
        description="Bytes without models were not given back.",
        unit="bytes",
        queries={"{{worker}}": by_worker("turnstream_models_bytes")},
        look=Look.STACK,
        runbook="memory-that-does-not-come-back",
    ),
)

MODELS = Board(
    name="models",
    title="Turnstream: models and batches",
    description="Is the device fed well, and what does loading cost?",
    sections=(
        Section("", _NOW),
        Section("Are batches full?", _BATCHES),
        Section("What do models cost?", _MODELS),
    ),
)
