"""Read the messages that a group has not finished."""

from producer_tools.kafka.broker import BrokerClients
from producer_tools.kafka.commits import read_progress
from producer_tools.kafka.connection import KafkaConnection
from producer_tools.kafka.scanning import scanning
from producer_tools.lag.measuring import Lag, measure, waiting_job


def read_lag(connection: KafkaConnection, group: str) -> Lag:
    """Read the jobs from the first unfinished one up to the end; raises `ClientError`."""
    clients = BrokerClients(connection)
    with scanning(clients, connection.jobs_topic) as scan:
        progress = read_progress(clients, group, scan.topic, scan.log)
        scan.begin({number: min(one.open, default=one.end) for number, one in progress.items()})
        ends = {number: log.stop for number, log in scan.log.items()}
        messages = scan.until(ends)
        jobs = [
            job
            for incoming in messages
            if (job := waiting_job(incoming, progress.get(incoming.position.partition)))
        ]
        return measure(jobs, scan.log)
