"""Overview, for those who depend on it: is it keeping up, how late is it, what fails?"""

from deploy.grafana.boards.board import (
    GREEN,
    NO_JOB,
    ORANGE,
    RED,
    UNKNOWN,
    Board,
    Look,
    Panel,
    Section,
)
from deploy.grafana.boards.promql import (
    RANGE,
    WORKERS,
    chosen,
    events,
    if_all_know,
    increase,
    or_zero,
    quantile,
    quantiles,
    rate,
    share,
    total,
)

_JOBS = total(chosen("turnstream_backlog_jobs"))
_AUDIO = if_all_know(
    total(chosen("turnstream_backlog_audio_seconds")), "turnstream_backlog_audio_seconds"
)
_ETA = if_all_know(
    f"max({chosen('turnstream_backlog_eta_seconds')})", "turnstream_backlog_eta_seconds"
)
# A worker at rest has no oldest job.
_OLDEST = f"max({chosen('turnstream_backlog_oldest_seconds')}) or on () ({_JOBS} == 0)"
_UNSUCCESSFUL = share(
    total(rate('turnstream_jobs_total{status!="succeeded"}')), total(rate("turnstream_jobs_total"))
)
_SILENT = f"count((up == 0) and on (cluster, job, instance) last_over_time({WORKERS}[1h]))"
_STATUSES = {"succeeded": GREEN, "failed": RED, "expired": ORANGE}

_NOW = (
    Panel(
        title="How many workers answer?",
        description="Workers that Prometheus reached at its last scrape.",
        unit="none",
        queries={"": f"count({WORKERS}) or vector(0)"},
        look=Look.NUMBER,
        width=3,
        runbook="not-ready",
        steps={None: RED, 1: GREEN},
    ),
    Panel(
        title="How old is the oldest job?",
        description="Since its record was written; for one that nobody has read yet, since its "
        "offset was first seen. 0 while nothing waits.",
        unit="s",
        queries={"": _OLDEST},
        look=Look.NUMBER,
        width=3,
        runbook="how-far-behind",
        absent=UNKNOWN,
    ),
    Panel(
        title="When will the backlog be done?",
        description="An estimate of the slowest worker: its waiting audio over its speed of late. "
        "Not known until each worker that has partitions has run a batch.",
        unit="s",
        queries={"": _ETA},
        look=Look.NUMBER,
        width=3,
        runbook="how-far-behind",
        absent=UNKNOWN,
    ),
    Panel(
        title="How many jobs have not ended?",
        description="Those under way included. An upper bound where offsets hold no job.",
        unit="short",
        queries={"": _JOBS},
        look=Look.NUMBER,
        width=3,
        runbook="how-far-behind",
        absent=UNKNOWN,
    ),
    Panel(
        title="How did jobs end in this time range?",
        description="Jobs by status.",
        unit="short",
        queries={
            "{{status}}": or_zero(
                total(events("turnstream_jobs_total", RANGE), "status"), status="succeeded"
            )
        },
        look=Look.NUMBER,
        width=6,
        runbook="error-codes",
    ),
    Panel(
        title="Which share of jobs does not succeed?",
        description="Failed and expired ones, of all that ended lately. 0 while none ends.",
        unit="percentunit",
        queries={"": or_zero(_UNSUCCESSFUL)},
        look=Look.NUMBER,
        width=3,
        runbook="error-codes",
        steps={None: GREEN, 0.01: ORANGE, 0.05: RED},
    ),
    Panel(
        title="Is the store out?",
        description="Yes: some worker begins no job until its store answers again.",
        unit="bool_yes_no",
        queries={"": f"max({chosen('turnstream_store_breaker_open')})"},
        look=Look.NUMBER,
        width=3,
        runbook="outages-of-the-store",
        steps={None: GREEN, 1: RED},
    ),
)

_KEEPING_UP = (
    Panel(
        title="How far behind is it?",
        description="A rising age: more comes in than goes out. A gap: not known.",
        unit="s",
        queries={"age of the oldest job": _OLDEST, "estimate until done": _ETA},
        width=12,
        runbook="how-far-behind",
        absent=UNKNOWN,
    ),
    Panel(
        title="How many jobs were waiting or under way?",
        description="Jobs of the group that have not ended.",
        unit="short",
        queries={"jobs": _JOBS},
        width=6,
        runbook="how-far-behind",
        absent=UNKNOWN,
    ),
    Panel(
        title="How much audio is in them?",
        description="An estimate: their number times the mean length of those that ran of late. "
        "A gap: not known.",
        unit="s",
        queries={"audio": _AUDIO},
        width=6,
        runbook="how-far-behind",
        absent=UNKNOWN,
    ),
    Panel(
        title="How much audio comes through each second?",
        description="Seconds of audio in a second of time, by operation: 60 is a minute of audio "
        "each second.",
        unit="suffix: s/s",
        queries={
            "{{operation}}": or_zero(
                total(rate("turnstream_audio_seconds_total"), "operation"), operation="none"
            )
        },
        look=Look.STACK,
        width=12,
        runbook="how-far-behind",
    ),
    Panel(
        title="How many jobs end each second?",
        description="By status. Expired: the deadline of the job had passed.",
        unit="suffix: /s",
        queries={
            "{{status}}": or_zero(
                total(rate("turnstream_jobs_total"), "status"), status="succeeded"
            )
        },
        look=Look.STACK,
        width=12,
        runbook="error-codes",
        colours=_STATUSES,
    ),
)

_LATE = (
    Panel(
        title="How long from a job's record to its result?",
        description="Retries included. Estimated from wide buckets: look at the trend.",
        unit="s",
        queries=quantiles("turnstream_job_seconds"),
        width=12,
        runbook="long-jobs-and-the-head-of-a-partition",
        absent=NO_JOB,
    ),
    Panel(
        title="Which operation is late?",
        description="The time within which 95 % of its jobs had their result.",
        unit="s",
        queries={"{{operation}}": quantile(0.95, "turnstream_job_seconds", "operation")},
        width=12,
        runbook="long-jobs-and-the-head-of-a-partition",
        absent=NO_JOB,
    ),
)

_FAILS = (
    Panel(
        title="Why do jobs become dead letters?",
        description="Dead letters by error code. They wait for a redrive.",
        unit="short",
        queries={
            "{{code}}": or_zero(total(events("turnstream_dead_letters_total"), "code"), code="none")
        },
        look=Look.BARS,
        runbook="dead-letters",
        colours={"none": GREEN},
    ),
    Panel(
        title="Are jobs tried again or held?",
        description="Retries: attempts that failed and are made again. Held: the store was out, no "
        "attempt was spent.",
        unit="short",
        queries={
            "retries": total(increase("turnstream_retries_total")),
            "held": total(increase("turnstream_jobs_held_total")),
        },
        look=Look.BARS,
        runbook="a-job-that-fails",
    ),
    Panel(
        title="How many workers hold back or are silent?",
        description="Store out: no job begins. Too many failures: one job at a time. Silent: "
        "scraped within the last hour, still a target, and not answering now.",
        unit="none",
        queries={
            "store out": total(chosen("turnstream_store_breaker_open")),
            "too many failures": total(chosen("turnstream_dead_letter_limit_reached")),
            "silent": or_zero(_SILENT),
        },
        runbook="too-many-failures",
        colours={"silent": RED, "store out": RED, "too many failures": ORANGE},
    ),
)

OVERVIEW = Board(
    name="overview",
    title="Turnstream: overview",
    description="For those who depend on it: is it keeping up, how late are results, what fails?",
    sections=(
        Section("", _NOW),
        Section("Is it keeping up?", _KEEPING_UP),
        Section("How late are results?", _LATE),
        Section("What fails?", _FAILS),
    ),
)
