"""Which figures tell what becomes of jobs, and how long that takes?"""

from consumer.adapters.metrics.declaring import Declare


class JobMetrics:
    """Jobs, from when they were written until their result is out."""

    def __init__(self, declare: Declare) -> None:
        self.ended = declare.counter(
            "jobs",
            "Jobs that ended, by operation, status and error code (none: succeeded).",
            *("operation", "status", "code"),
        )
        self.dead_letters = declare.counter(
            "dead_letters", "Jobs that went to the dead letters, by error code.", "code"
        )
        self.seconds = declare.histogram(
            "job_seconds",
            "Seconds from a job's record to its published result, by operation.",
            "operation",
        )
        self.stage_seconds = declare.histogram(
            "stage_seconds",
            "Seconds that jobs that ended had spent in each stage; a job is in one at a time.",
            "stage",
        )
        self.crashes = declare.counter(
            "job_crashes",
            "Times that a job met a bug of the worker; tried again in vain, it ends as internal.",
        )
        self.late_completions = declare.counter(
            "late_completions", "Completions dropped because their partition was no longer ours."
        )
        self.tombstones = declare.counter(
            "tombstones", "Records without a value, which are no jobs and were skipped."
        )
        self.retries = declare.counter(
            "retries", "Times that a job failed and was put off for another attempt."
        )
        self.held = declare.counter(
            "jobs_held",
            "Times that a job came back because a store was out; no attempt was spent.",
        )
        self.in_flight = declare.gauge(
            "jobs_in_flight", "Jobs between their admission and their publication."
        )
        self.waiting = declare.gauge(
            "jobs_waiting",
            "Jobs in our care that have not begun, by what they wait for.",
            "reason",
        )
        self.trickling = declare.gauge(
            "dead_letter_limit_reached",
            "1 while so many jobs fail that one at a time is tried, else 0.",
        )
