"""Read results until Ctrl-C or SIGTERM: read_results.py GROUP.

Prints a line for each: the job's place, its id, and how it ended.
"""

import json
import os
import signal
import sys
from threading import Event
from typing import Any

from confluent_kafka import Consumer, KafkaException

BROKERS = os.environ.get("TURNSTREAM_KAFKA__BOOTSTRAP_SERVERS", "127.0.0.1:9092")
RESULTS_TOPIC = os.environ.get("TURNSTREAM_KAFKA__RESULTS_TOPIC", "turnstream.results")


def main(group: str) -> None:
    consumer = Consumer(
        {
            "bootstrap.servers": BROKERS,
            "group.id": group,
            "isolation.level": "read_committed",  # else aborted results are read, too
            "auto.offset.reset": "earliest",
            "enable.auto.commit": False,
        }
    )
    consumer.subscribe([RESULTS_TOPIC])
    stopping = Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stopping.set())
    try:
        while not stopping.is_set():
            read_some(consumer)
    finally:
        consumer.close()


def read_some(consumer: Consumer) -> None:
    """Handle, then commit: a crash in between brings the same results again."""
    messages = consumer.consume(500, timeout=0.5)
    for message in messages:
        if error := message.error():
            raise KafkaException(error)
        handle(json.loads(message.value() or b""))
    if messages:
        consumer.commit(asynchronous=False)


def handle(result: dict[str, Any]) -> None:
    """Do your work here, once for each origin: make it the key of the row that you write."""
    origin = result["origin"]
    place = f"{origin['topic']}/{origin['partition']}/{origin['offset']}"
    print(place, result["job_id"] or "-", ending(result), flush=True)


def ending(result: dict[str, Any]) -> str:
    """Only the fields it needs are looked at: later versions have more."""
    error = result["error"]
    if error:  # failed or expired; a code that is not known yet is handled by `retryable`
        again = "may succeed later" if error["retryable"] else "final"
        return f"{result['status']} {error['code']} ({again}): {error['message']}"
    if not result["inline"]:
        (stored,) = (each for each in result["outputs"] if each["format"] == "json")
        return f"{result['status']} in {stored['uri']}"
    if result["operation"] == "diarize":
        return f"{result['status']} turns={len(result['result']['diarization'])}"
    return f"{result['status']} {result['operation']}"


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(sys.argv[1])
