"""Which figures tell how jobs come in and results go out?"""

from consumer.adapters.metrics.declaring import Declare

_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 15)


class DeliveryMetrics:
    """Partitions, publications, the loop that serves both, and the store."""

    def __init__(self, declare: Declare) -> None:
        self.partitions = declare.gauge(
            "partitions_assigned", "Partitions of the jobs topic that this worker owns."
        )
        self.rebalances = declare.counter(
            "rebalances",
            "Times that partitions came or went, by change: assigned, revoked or lost.",
            "change",
        )
        self.partitions_refused = declare.counter(
            "partitions_refused",
            "Partitions that cannot be served before somebody has looked at them.",
        )
        self.records_lost = declare.counter(
            "records_lost", "Records that retention removed before they were answered."
        )
        self.transactions = declare.counter(
            "transactions",
            "Publications that ended, in transactions where brokers have them, by outcome.",
            "outcome",
        )
        self.transaction_seconds = declare.histogram(
            "transaction_seconds",
            "Seconds from handing a publication over until its outcome was known.",
            buckets=_SECONDS,
        )
        self.publication_failures = declare.counter(
            "publication_failures",
            "Publications whose messages or offsets did not go out and were tried again.",
        )
        self.loop_seconds = declare.counter(
            "loop_seconds", "Seconds of the main loop, by phase of its turns.", "phase"
        )
        self.store_requests = declare.counter(
            "store_requests",
            "Requests to the object store, by kind of request and outcome.",
            *("request", "outcome"),
        )
        self.breaker_open = declare.gauge(
            "store_breaker_open", "1 while the store is out for everybody, else 0."
        )
