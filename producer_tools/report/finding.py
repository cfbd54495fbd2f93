"""Find the answer that was asked for, wherever it is: in a file, a store, a pipe or a topic."""

import sys
from pathlib import Path

from producer_tools.exits import ClientError, WrongUsage
from producer_tools.kafka.broker import BrokerClients
from producer_tools.kafka.connection import KafkaConnection, kafka_connection
from producer_tools.kafka.scanning import scanning
from producer_tools.report.document import Document, read_document
from producer_tools.submit.following import readable_result
from producer_tools.verify.stores import RealStores
from schemas.uri import ObjectUri


class NoResult(ClientError):
    """There is no result of that name."""


def find(source: str, bootstrap: str | None) -> Document:
    """Read a path, a uri, `-`, or a job's latest result; the whole of it. Raises `ClientError`."""
    document = _named(source, bootstrap)
    if document.elsewhere:
        stored = read_document(_object(document.elsewhere), document.elsewhere)
        return document.completed(stored)
    return document


def _named(source: str, bootstrap: str | None) -> Document:
    if source == "-":
        return read_document(sys.stdin.buffer.read(), "standard input")
    if "://" in source:
        return read_document(_object(source), source)
    try:
        return read_document(Path(source).read_bytes(), source)
    except FileNotFoundError as error:
        return _published(source, bootstrap, error)
    except OSError as error:
        raise WrongUsage(f"{source}: cannot be read ({error.strerror})") from error


def _object(name: str) -> bytes:
    try:
        uri = ObjectUri.parse(name)
    except ValueError as error:
        raise WrongUsage(f"{name}: {error}") from error
    found = RealStores().read(uri)
    if found is None:
        raise NoResult(f"{uri}: there is no such object")
    return found.data


def _published(job_id: str, bootstrap: str | None, missing: FileNotFoundError) -> Document:
    """Look for a job of that name, where a broker is named."""
    try:
        connection = kafka_connection(bootstrap)
    except WrongUsage as error:
        raise WrongUsage(
            f"{job_id}: there is no such file; to find a job of that name, {error}"
        ) from missing
    return _latest(job_id, connection)


def _latest(job_id: str, connection: KafkaConnection) -> Document:
    """Read the results topic through; a job that was sent twice has the answer that came last."""
    latest: tuple[int, bytes] | None = None
    with scanning(BrokerClients(connection), connection.results_topic) as scan:
        scan.begin()
        for incoming in scan.until_now():
            result = readable_result(incoming)
            if result and result.job_id == job_id:
                latest = max(latest or (0, b""), (incoming.timestamp_ms, incoming.value or b""))
    if latest is None:
        raise NoResult(f"{job_id}: no such file, and no such job in {connection.results_topic}")
    return read_document(latest[1], job_id)
