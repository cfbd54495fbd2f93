"""Answer jobs as a worker would, by a script that knows the contract's words but not our models."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from confluent_kafka import Consumer, Message, Producer

from tests.stack.topics import Topics


@contextmanager
def answering(bootstrap: str, topics: Topics) -> Iterator[None]:
    """Answer every job until the end: jobs of the model `broken` fail, the others succeed."""
    stop = threading.Event()
    thread = threading.Thread(target=_answer_all, args=(bootstrap, topics, stop.is_set))
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


def _answer_all(bootstrap: str, topics: Topics, is_over: Callable[[], bool]) -> None:
    consumer = Consumer(
        {
            "bootstrap.servers": bootstrap,
            "group.id": f"script of {topics.jobs}",
            "auto.offset.reset": "earliest",
            "session.timeout.ms": 6000,
            "fetch.wait.max.ms": 10,
            "log_level": 0,
        }
    )
    producer = Producer({"bootstrap.servers": bootstrap, "linger.ms": 0, "log_level": 0})
    consumer.subscribe([topics.jobs])
    while not is_over():
        message = consumer.poll(0.1)
        if message is not None and message.error() is None:
            _answer(message, producer, topics)
    consumer.close()


def _answer(message: Message, producer: Producer, topics: Topics) -> None:
    job = json.loads(message.value() or b"")
    position = (message.topic(), message.partition(), message.offset())
    result = _failed(job) if job.get("model") == "broken" else _succeeded(job)
    origin = dict(zip(("topic", "partition", "offset"), position, strict=True))
    result["origin"] = {"group": "script", "timestamp": None, **origin}
    producer.produce(topics.results, key=job["job_id"], value=json.dumps(result))
    if result["error"]:
        headers = {
            "x-error-code": result["error"]["code"],
            "x-error-message": result["error"]["message"],
            "x-attempt": "1",
            "x-failed-at": result["completed_at"],
            "x-worker": "script",
            **{f"x-origin-{name}": str(value) for name, value in origin.items()},
        }
        producer.produce(topics.dead_letters, message.value(), message.key(), headers=headers)
    producer.flush()


def _succeeded(job: dict[str, Any]) -> dict[str, Any]:
    turns = [
        {"start": 0.0, "end": 0.5, "speaker": "A"},
        {"start": 0.4, "end": 1.0, "speaker": "B"},
    ]
    speakers = [
        {"speaker": "A", "speech_seconds": 0.5, "turns": 1},
        {"speaker": "B", "speech_seconds": 0.6, "turns": 1},
    ]
    stored = {
        "format": "json",
        "uri": f"s3://results/{job['job_id']}/0.json",
        "etag": None,
        "sha256": "0" * 64,
        "size_bytes": 1,
    }
    return _terminal(job) | {
        "status": "succeeded",
        "audio": {"uri": job["audio"]["uri"], "duration_seconds": 1.0},
        "model": {"name": "script", "id": "script"},
        "inline": True,
        "result": {"diarization": turns, "exclusive_diarization": None, "speakers": speakers},
        "outputs": [stored],
        "error": None,
    }


def _failed(job: dict[str, Any]) -> dict[str, Any]:
    error = {"code": "audio_undecodable", "message": "the script says so", "retryable": False}
    return _terminal(job) | {"status": "failed", "error": error}


def _terminal(job: dict[str, Any]) -> dict[str, Any]:
    return {
        "schema_version": 1,
        "job_id": job["job_id"],
        "operation": job["operation"],
        "params": job["params"],
        "engine_version": 1,
        "metadata": job.get("metadata", {}),
        "attempt": 1,
        "worker": "script",
        "completed_at": "2026-11-23T12:00:00.000Z",
    }
