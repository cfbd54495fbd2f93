"""Worker, for those who run it: where does the time go, and is it well?"""

from deploy.grafana.boards.board import GREEN, NO_JOB, ORANGE, RED, Board, Look, Panel, Section
from deploy.grafana.boards.delivery import DELIVERY
from deploy.grafana.boards.promql import (
    RANGE,
    WINDOW,
    by_worker,
    chosen,
    events,
    increase,
    or_zero,
    quantile,
    rate,
    shares,
    total,
)

NO_GPU = "no GPU, or nobody who may ask it"
_DEVICE = rate("turnstream_device_seconds_total")
_LOOP = rate("turnstream_loop_seconds_total")
# Every job that ends is observed once here, so that its stages add up to its time.
_ENDED = total(events("turnstream_job_seconds_count"))
_NEVER = {
    "turnstream_job_crashes_total": "bugs met",
    "turnstream_records_lost_total": "records lost",
    "turnstream_partitions_refused_total": "partitions refused",
    "turnstream_tombstones_total": "records without a value",
}

_NOW = (
    Panel(
        title="Which version runs?",
        description="Workers by the version of Turnstream and of Python.",
        unit="none",
        queries={
            "{{version}}, Python {{python}}": total(
                chosen("turnstream_build_info"), "version", "python"
            )
        },
        look=Look.NUMBER,
        width=6,
    ),
    Panel(
        title="How many jobs are in our care?",
        description="Under way: admitted and not published yet.",
        unit="none",
        queries={"": total(chosen("turnstream_jobs_in_flight"))},
        look=Look.NUMBER,
    ),
    Panel(
        title="How many partitions are served?",
        description="Of the jobs topic, by the chosen workers. Fewer than it has: nobody serves "
        "the rest.",
        unit="none",
        queries={"": total(chosen("turnstream_partitions_assigned"))},
        look=Look.NUMBER,
        runbook="not-ready",
        steps={None: ORANGE, 1: GREEN},
    ),
    Panel(
        title="Which share of its time does the device work?",
        description="Of the device's thread, lately. The panel below says what it does else.",
        unit="percentunit",
        queries={
            "": or_zero(
                shares(total(rate('turnstream_device_seconds_total{doing="busy"}')), total(_DEVICE))
            )
        },
        look=Look.NUMBER,
        width=5,
    ),
    Panel(
        title="Did anything happen that never should?",
        description="In this time range: bugs of the worker, records that retention removed before "
        "they were answered, partitions that wait for somebody, records that are no jobs.",
        unit="none",
        queries={"": " + ".join(total(increase(metric, RANGE)) for metric in _NEVER)},
        look=Look.NUMBER,
        width=5,
        steps={None: GREEN, 0.5: RED},
    ),
)

_STAGES = (
    Panel(
        title="Where does the time of a job go?",
        description="The mean of jobs that ended, by stage. A job is in one stage at a time, so "
        "the stack is as high as a job takes, from its record to its result.",
        unit="s",
        queries={
            "{{stage}}": shares(total(events("turnstream_stage_seconds_sum"), "stage"), _ENDED)
        },
        look=Look.STACK,
        width=12,
        absent=NO_JOB,
    ),
    Panel(
        title="How long does a stage take the slowest jobs?",
        description="The time within which 95 % of jobs were through a stage; estimated from "
        "buckets.",
        unit="s",
        queries={"{{stage}}": quantile(0.95, "turnstream_stage_seconds", "stage")},
        width=12,
        absent=NO_JOB,
    ),
)

_DEVICE_USED = (
    Panel(
        title="What does the device do?",
        description="Shares of the time of the devices' threads. lingering: waits for company for "
        "a batch; fetching: the stages before it are slow; nothing: no job has begun.",
        unit="percentunit",
        queries={"{{doing}}": shares(total(_DEVICE, "doing"), total(_DEVICE))},
        look=Look.STACK,
        colours={"busy": GREEN},
    ),
    Panel(
        title="How busy are the GPUs?",
        description="As their driver says: the share of the last second in which a GPU was at "
        "work, by whomever.",
        unit="percentunit",
        queries={"{{worker}} GPU {{gpu}}": by_worker("turnstream_gpu_utilization_ratio")},
        absent=NO_GPU,
    ),
    Panel(
        title="How full is the GPUs' memory?",
        description="In use, by whomever, and what there is.",
        unit="bytes",
        queries={
            "{{worker}} GPU {{gpu}}": by_worker("turnstream_gpu_memory_used_bytes"),
            "{{worker}} GPU {{gpu}} has": by_worker("turnstream_gpu_memory_total_bytes"),
        },
        runbook="models-on-the-device",
        absent=NO_GPU,
    ),
)

_LOOP_TURNS = (
    Panel(
        title="What does the main loop do?",
        description="Shares of its time. poll is waiting for records, and rebalances; much of the "
        "others means too many jobs in flight for one loop.",
        unit="percentunit",
        queries={"{{phase}}": shares(total(_LOOP, "phase"), total(_LOOP))},
        look=Look.STACK,
    ),
    Panel(
        title="How many jobs has each worker under way?",
        description="At TURNSTREAM_WORKER__MAX_IN_FLIGHT_JOBS for long: this worker is the "
        "bottleneck. 0 with a backlog: it gets no partition.",
        unit="none",
        queries={"{{worker}}": by_worker("turnstream_jobs_in_flight")},
    ),
    Panel(
        title="What do jobs in our care wait for?",
        description="Jobs that have not begun, by reason: their turn, another attempt, the store.",
        unit="none",
        queries={"{{reason}}": total(chosen("turnstream_jobs_waiting"), "reason")},
        look=Look.STACK,
        runbook="a-job-that-fails",
        colours={"store": RED, "retry": ORANGE},
    ),
)

_PROCESS = (
    Panel(
        title="How much memory has each worker?",
        description="Of the process, without those that decode. One that only grows is a bug.",
        unit="bytes",
        queries={"{{worker}}": by_worker("process_resident_memory_bytes")},
        width=6,
    ),
    Panel(
        title="How many cores does each worker keep busy?",
        description="Of the process, without those that decode.",
        unit="none",
        queries={"{{worker}}": by_worker(f"rate(process_cpu_seconds_total[{WINDOW}])")},
        width=6,
    ),
    Panel(
        title="How close is each worker to its limit of files?",
        description="Open files and connections, of those that the system allows the process.",
        unit="percentunit",
        queries={"{{worker}}": by_worker("process_open_fds / process_max_fds")},
        width=6,
    ),
    Panel(
        title="What was it, and when?",
        description="Bugs of the worker have a traceback in the log. Records lost to retention "
        "have no result. Refused partitions wait for somebody. A null value is no job.",
        unit="short",
        queries={name: total(increase(metric)) for metric, name in _NEVER.items()},
        look=Look.BARS,
        width=6,
        runbook="what-is-kept-safe",
    ),
)

WORKER = Board(
    name="worker",
    title="Turnstream: worker",
    description="For those who run it: where does the time go, and is it well?",
    sections=(
        Section("", _NOW),
        Section("Where does a job's time go?", _STAGES),
        Section("Is the device used?", _DEVICE_USED),
        Section("Does the loop keep up?", _LOOP_TURNS),
        *DELIVERY,
        Section("Is the process well?", _PROCESS),
    ),
)
