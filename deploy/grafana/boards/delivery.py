"""The part of the worker's board about brokers and the store: do results get out?"""

from deploy.grafana.boards.board import GREEN, ORANGE, RED, Look, Panel, Section
from deploy.grafana.boards.promql import (
    by_worker,
    events,
    increase,
    or_zero,
    quantiles,
    rate,
    total,
)

_RESULTS = (
    Panel(
        title="Do publications succeed?",
        description="Publications in a second, by outcome. aborted: it goes again; refused: "
        "never taken; half, at-least-once only: results are out, their commits go again.",
        unit="suffix: /s",
        queries={
            "{{outcome}}": or_zero(
                total(rate("turnstream_transactions_total"), "outcome"), outcome="committed"
            )
        },
        look=Look.STACK,
        colours={"committed": GREEN, "aborted": ORANGE, "half": ORANGE, "refused": RED},
    ),
    Panel(
        title="How long does a publication take?",
        description="From handing it over until its outcome was known; estimated from buckets.",
        unit="s",
        queries=quantiles("turnstream_transaction_seconds"),
        absent="nothing was published",
    ),
    Panel(
        title="What goes again or is thrown away?",
        description="Publications that failed and go again, and completions dropped because their "
        "partition had moved: work done twice.",
        unit="short",
        queries={
            "failed publications": total(increase("turnstream_publication_failures_total")),
            "late completions": total(increase("turnstream_late_completions_total")),
        },
        look=Look.BARS,
        runbook="log-lines",
        colours={"failed publications": RED, "late completions": ORANGE},
    ),
)

_NEIGHBOURS = (
    Panel(
        title="How often do partitions move?",
        description="Rebalances by what they brought. Rising all the time: workers come and go, or "
        "do not reach the brokers.",
        unit="short",
        queries={
            "{{change}}": or_zero(
                total(events("turnstream_rebalances_total"), "change"), change="assigned"
            )
        },
        look=Look.BARS,
        colours={"lost": RED},
    ),
    Panel(
        title="Who serves how many partitions?",
        description="0 for long: more workers than partitions.",
        unit="none",
        queries={"{{worker}}": by_worker("turnstream_partitions_assigned")},
        look=Look.STACK,
    ),
    Panel(
        title="What does the store answer?",
        description="Requests in a second, by kind and outcome. not_found is normal for open, a "
        "look for a result; unavailable is not.",
        unit="suffix: /s",
        queries={
            "{{request}} {{outcome}}": or_zero(
                total(rate("turnstream_store_requests_total"), "request", "outcome"),
                request="any",
                outcome="none",
            )
        },
        look=Look.STACK,
        runbook="outages-of-the-store",
    ),
)

DELIVERY = (
    Section("Do results get out?", _RESULTS),
    Section("What do brokers and the store do?", _NEIGHBOURS),
)
