"""How does a query ask about the chosen workers alone, and what does it say when there is nothing?

Figures carry the labels of the scrape only; `turnstream_worker_info` knows whose they are. `and`
instead of a product: it never fails, whatever is there twice while workers come and go.
"""

WINDOW = "$__rate_interval"
RANGE = "$__range"
WORKERS = 'turnstream_worker_info{cluster=~"$cluster", group=~"$group", worker=~"$worker"}'
"""A 1 for each chosen worker. The pattern for all also matches where no label `cluster` is."""
ZERO = f"sum(0 * {WORKERS})"
"""0, as long as one of them answers: silence is no zero."""
_SAME_PAGE = "on (cluster, job, instance)"


def chosen(vector: str) -> str:
    """Keep what the chosen workers tell now."""
    return f"({vector} and {_SAME_PAGE} {WORKERS})"


def by_worker(vector: str) -> str:
    """Keep what they tell, each with the name of its worker."""
    return f"({vector} * {_SAME_PAGE} group_left (worker) {WORKERS})"


def rate(series: str) -> str:
    """Growth of the chosen workers' counters in a second."""
    return _told_within(WINDOW, f"rate({series}[{WINDOW}])")


def increase(series: str, window: str = WINDOW) -> str:
    """Growth of their counters in a window, of those that begin at 0."""
    return _told_within(window, f"increase({series}[{window}])")


def events(series: str, window: str = WINDOW) -> str:
    """Growth of their counters in a window, with the event that a counter came into being with.

    A labelled counter appears with its first event, which `increase` never sees. One that has fewer
    samples than its page was read is new, and all it counts is growth.
    """
    grown = f"increase({series}[{window}])"
    reads = f"count_over_time(turnstream_jobs_in_flight[{window}])"
    is_new = f"count_over_time({series}[{window}]) < {_SAME_PAGE} group_left () {reads}"
    new = f"(last_over_time({series}[{window}]) and ({is_new}))"
    return _told_within(window, f"(({new} > {grown}) or {grown} or {new})")


def _told_within(window: str, vector: str) -> str:
    # What workers did that have gone since counts, too.
    return f"({vector} and {_SAME_PAGE} last_over_time({WORKERS}[{window}]))"


def total(vector: str, *labels: str) -> str:
    """Add up, for each combination of the labels."""
    return f"sum by ({', '.join(labels)}) ({vector})" if labels else f"sum({vector})"


def or_zero(vector: str, **labels: str) -> str:
    """Say 0, under these labels, where nothing has happened yet and a worker answers."""
    zero = ZERO
    for name, value in labels.items():
        zero = f'label_replace({zero}, "{name}", "{value}", "", "")'
    return f"{vector} or on () {zero}"


def share(part: str, whole: str) -> str:
    """Divide single figures; nothing where the whole is nothing."""
    return f"{part} / ({whole} > 0)"


def shares(parts: str, whole: str) -> str:
    """Divide each part by the single figure that they are parts of."""
    return f"{parts} / on () group_left () ({whole} > 0)"


def quantile(of: float, histogram: str, *labels: str) -> str:
    """Estimate from buckets; nothing where nothing was observed, instead of NaN."""
    buckets = total(events(f"{histogram}_bucket"), "le", *labels)
    return f"histogram_quantile({of}, {buckets}) >= 0"


def quantiles(histogram: str) -> dict[str, str]:
    """The usual three, by name."""
    return {f"{of:.0%} within": quantile(of, histogram) for of in (0.5, 0.95, 0.99)}


def mean(histogram: str, *labels: str) -> str:
    """The exact mean of what was observed; nothing where nothing was."""
    observed = total(events(f"{histogram}_count"), *labels)
    return share(total(events(f"{histogram}_sum"), *labels), observed)


def if_all_know(estimate: str, figure: str) -> str:
    """Keep an estimate only while every worker that has partitions makes one."""
    jobs = chosen("turnstream_backlog_jobs")
    return f"{estimate} unless on () ({jobs} unless {_SAME_PAGE} {figure})"
