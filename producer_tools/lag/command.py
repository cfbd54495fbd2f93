"""`turnstream lag`: say how much work is waiting."""

from producer_tools.options import WORKERS_GROUP, Bootstrap, Group, Json


def lag(
    bootstrap: Bootstrap = None, group: Group = WORKERS_GROUP, json_document: Json = False
) -> None:
    """Say how many jobs and how much audio wait, since when, and what is being tried again.

    Jobs that finished out of order are not counted. Reads every waiting message, joins no group.
    """
    import json
    from datetime import UTC, datetime

    from producer_tools.kafka.connection import kafka_connection
    from producer_tools.lag.reading import read_lag
    from producer_tools.lag.table import show

    found = read_lag(kafka_connection(bootstrap), group)
    now = datetime.now(UTC)
    if json_document:
        print(json.dumps(found.document(now), indent=2))
    else:
        show(found, now)
