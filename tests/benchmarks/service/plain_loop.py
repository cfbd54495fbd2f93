"""What would a user write in an afternoon? One job after the other, and no promise.

Run as a script; `--pipeline DIR` diarizes with stock, as the documentation of pyannote.audio says.
"""

import argparse
import json
import os
import tempfile
import warnings
from collections.abc import Callable
from importlib import import_module
from typing import Any

import boto3
from confluent_kafka import Consumer, Message, Producer

FLUSH_SECONDS = 10.0
PADDING = 600
"""Bytes by which a worker's message is longer."""

Turns = list[dict[str, Any]]
Listen = Callable[[str], Turns]
"""Takes the path of a file."""


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.service.plain_loop")
    parser.add_argument("--pipeline", help="directory of a pyannote pipeline; none: only decode")
    directory = parser.parse_args().pipeline
    listen = stock(directory) if directory else decode
    bootstrap = {"bootstrap.servers": os.environ["TURNSTREAM_KAFKA__BOOTSTRAP_SERVERS"]}
    consumer = Consumer(
        {
            **bootstrap,
            "group.id": os.environ["TURNSTREAM_KAFKA__GROUP_ID"],
            "auto.offset.reset": "earliest",
            "enable.auto.commit": False,
        }
    )
    consumer.subscribe([os.environ["TURNSTREAM_KAFKA__JOBS_TOPIC"]])
    producer = Producer(bootstrap)
    store = boto3.client("s3", region_name=os.environ["AWS_REGION"])
    while True:
        message = consumer.poll(1.0)
        if message is not None and message.error() is None:
            result = answer(message, store, listen)
            producer.produce(os.environ["TURNSTREAM_KAFKA__RESULTS_TOPIC"], result)
            producer.flush(FLUSH_SECONDS)
            consumer.commit(message=message, asynchronous=False)


def answer(message: Message, store: Any, listen: Listen) -> bytes:
    """Download, listen, upload; return what goes to the results topic."""
    value = message.value()
    assert value is not None
    job = json.loads(value)
    bucket, _, key = job["audio"]["uri"].removeprefix("s3://").partition("/")
    with tempfile.NamedTemporaryFile(suffix=".flac") as file:
        file.write(store.get_object(Bucket=bucket, Key=key)["Body"].read())
        file.flush()
        result = document(job, listen(file.name))
    bucket, _, prefix = (
        os.environ["TURNSTREAM_OUTPUT__DEFAULT_URI"].removeprefix("s3://").partition("/")
    )
    store.put_object(Bucket=bucket, Key=f"{prefix}{job['job_id']}.json", Body=result)
    return result


def document(job: dict[str, Any], turns: Turns) -> bytes:
    """Write down what a reader wants to know; as long as a worker's own message."""
    speakers = sorted({turn["speaker"] for turn in turns})
    result = {
        "diarization": turns,
        "exclusive_diarization": turns,
        "speakers": [{"speaker": name, "turns": _count(turns, name)} for name in speakers],
    }
    return json.dumps(
        {
            "schema_version": 1,
            "job_id": job["job_id"],
            "operation": job["operation"],
            "status": "succeeded",
            "audio": job["audio"],
            "model": {"name": "a model", "id": "somewhere/a-model", "revision": None},
            "result": result,
            "error": None,
            "metadata": {"padding": "x" * PADDING},
        }
    ).encode()


def decode(path: str) -> Turns:
    """Listen to nothing: one speaker from beginning to end, as the worker's fake model says."""
    samples, rate = import_module("soundfile").read(path, dtype="float32")
    return [{"start": 0.0, "end": len(samples) / rate, "speaker": "SPEAKER_00"}]


def stock(directory: str) -> Listen:
    """Load a pipeline as it is configured; it is given paths."""
    os.environ["PYANNOTE_METRICS_ENABLED"] = "0"
    warnings.simplefilter("ignore")
    from pyannote.audio import Pipeline

    pipeline: Any = Pipeline.from_pretrained(directory)

    def listen(path: str) -> Turns:
        turns: Turns = pipeline(path).serialize()["diarization"]
        return turns

    return listen


def _count(turns: Turns, name: str) -> int:
    return sum(turn["speaker"] == name for turn in turns)


if __name__ == "__main__":
    main()
