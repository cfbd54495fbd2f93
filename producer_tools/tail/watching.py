"""Print what stands on the results and dead-letter topics."""

import json
from base64 import b64encode
from collections.abc import Callable
from dataclasses import dataclass

from rich.console import Console

from producer_tools.kafka.broker import BrokerClients
from producer_tools.kafka.connection import KafkaConnection
from producer_tools.kafka.messages import Incoming
from producer_tools.kafka.reading import reading
from producer_tools.lines import dead_letter_line, describe_result
from producer_tools.submit.following import Reader


@dataclass(frozen=True, slots=True)
class Selection:
    """Which messages are wanted: only results (True), only dead letters (False), or both."""

    results: bool | None = None
    from_beginning: bool = False
    limit: int | None = None

    def topics(self, connection: KafkaConnection) -> list[str]:
        """Name the topics to be read."""
        wanted = []
        if self.results is not False:
            wanted.append(connection.results_topic)
        if self.results is not True:
            wanted.append(connection.dead_letters_topic)
        return wanted


def watch(connection: KafkaConnection, selection: Selection, *, json_lines: bool) -> None:
    """Print messages until the limit is reached; raises `ClientError`."""
    clients = BrokerClients(connection)
    topics = selection.topics(connection)
    show = _json_printer(connection) if json_lines else _text_printer(connection)
    with reading(clients, topics, from_beginning=selection.from_beginning) as reader:
        show_messages(reader, show, selection.limit)


def show_messages(reader: Reader, show: Callable[[Incoming], None], limit: int | None) -> None:
    """Hand out what comes, `limit` times or for ever."""
    shown = 0
    while limit is None or shown < limit:
        incoming = reader.poll(0.5)
        if incoming:
            show(incoming)
            shown += 1


def as_document(incoming: Incoming, kind: str) -> dict[str, object]:
    """Say all there is about a message in JSON's terms; bytes that are no text go as base64."""
    return {
        "kind": kind,
        "position": str(incoming.position),
        "written_at": incoming.written_at.isoformat(timespec="milliseconds"),
        "key": _text(incoming.key),
        "headers": {name: _text(value) for name, value in incoming.headers},
        "value": _value(incoming.value, kind),
    }


def _json_printer(connection: KafkaConnection) -> Callable[[Incoming], None]:
    def show(incoming: Incoming) -> None:
        letter = incoming.position.topic == connection.dead_letters_topic
        document = as_document(incoming, "dead_letter" if letter else "result")
        print(json.dumps(document, ensure_ascii=False), flush=True)

    return show


def _text_printer(connection: KafkaConnection) -> Callable[[Incoming], None]:
    console = Console()

    def show(incoming: Incoming) -> None:
        letter = incoming.position.topic == connection.dead_letters_topic
        line = dead_letter_line(incoming) if letter else describe_result(incoming)
        console.print(line, soft_wrap=True)

    return show


def _value(value: bytes | None, kind: str) -> object:
    """Show a result as the object it is; a dead letter's bytes may be anything and stay text."""
    if value is None or kind == "dead_letter":
        return _text(value)
    try:
        return json.loads(value)
    except ValueError:
        return _text(value)


def _text(value: bytes | None) -> object:
    if value is None:
        return None
    try:
        return value.decode()
    except UnicodeDecodeError:
        return {"base64": b64encode(value).decode()}
