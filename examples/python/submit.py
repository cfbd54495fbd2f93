"""Send one job: submit.py JOB_ID AUDIO_URI [AUDIO_SECONDS].

Prints where the job stands, topic/partition/offset: its result names that place as its origin.
"""

import json
import os
import sys
from datetime import UTC, datetime
from typing import Any

from confluent_kafka import KafkaError, KafkaException, Message, Producer

BROKERS = os.environ.get("TURNSTREAM_KAFKA__BOOTSTRAP_SERVERS", "127.0.0.1:9092")
JOBS_TOPIC = os.environ.get("TURNSTREAM_KAFKA__JOBS_TOPIC", "turnstream.jobs")


def main(job_id: str, audio_uri: str, audio_seconds: float | None = None) -> None:
    # Idempotent: what the client sends again after a lost answer does not become a second job.
    producer = Producer({"bootstrap.servers": BROKERS, "enable.idempotence": True, "acks": "all"})
    producer.produce(
        JOBS_TOPIC,
        key=job_id,  # spreads jobs over partitions; no order is promised within a key
        value=json.dumps(job(job_id, audio_uri, audio_seconds)),
        headers=headers(audio_seconds),
        on_delivery=delivered,
    )
    producer.flush()


def job(job_id: str, audio_uri: str, audio_seconds: float | None) -> dict[str, Any]:
    """What is not known is left out; an unknown field would be refused."""
    audio: dict[str, Any] = {"uri": audio_uri}
    if audio_seconds is not None:
        audio["duration_seconds"] = audio_seconds
    return {
        "schema_version": 1,
        "job_id": job_id,
        "operation": "diarize",
        "audio": audio,
        "submitted_at": datetime.now(UTC).isoformat(timespec="milliseconds"),
        "metadata": {"sender": "python"},  # comes back with the result
    }


def headers(audio_seconds: float | None) -> dict[str, str | bytes | None]:
    """Both are optional: one lets the backlog be measured, the other joins a trace."""
    given: dict[str, str | bytes | None] = {}
    if audio_seconds is not None:
        given["x-audio-seconds"] = f"{audio_seconds:.3f}"
    if trace := os.environ.get("TRACEPARENT"):
        given["traceparent"] = trace
    return given


def delivered(error: KafkaError | None, message: Message) -> None:
    if error is not None:
        raise KafkaException(error)
    print(f"{message.topic()}/{message.partition()}/{message.offset()}")


if __name__ == "__main__":
    if len(sys.argv) not in (3, 4):
        sys.exit(__doc__)
    main(sys.argv[1], sys.argv[2], *map(float, sys.argv[3:]))
