"""What does it cost a worker to move the bytes of one job from and to S3?

The three requests of a job (download a recording, look for its result, create the result) over
each way of making them, in turns within one run, several at once as in a worker, on a real MinIO.
`python -m tests.benchmarks.object_store` prints processor time, which all threads of the process
share, and writes JSON. The way of the worker is `obstore`; `signed` is botocore's signer on a bare
urllib3, without retries or a reading of errors.
"""

import argparse
import json
import os
import secrets
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from resource import RUSAGE_SELF, getrusage
from statistics import median

from consumer.core.errors import ObjectNotFound
from consumer.core.ports import ObjectStore
from schemas.uri import ObjectUri
from tests.benchmarks.signed_requests import SignedRequests
from tests.contract.object_store.s3_clients import store_of
from tests.stack import minio
from tests.stack.object_server import ObjectServer

RECORDING = os.urandom(200_000)
RESULT = os.urandom(5_000)
WARM_UP = 30
OUTPUT = Path("bench-output") / "object_store.json"

Request = Callable[[ObjectStore, ObjectUri], object]


@dataclass(frozen=True, slots=True)
class Cost:
    """Of one request, in milliseconds."""

    cpu_ms: float
    wall_ms: float


@dataclass(frozen=True, slots=True)
class Held:
    """What the process holds after a round."""

    descriptors: int
    threads: int
    rss_peak_mb: float


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.object_store")
    parser.add_argument("--requests", type=int, default=400, help="of each kind in each round")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--threads", type=int, default=4)
    chosen = parser.parse_args(arguments)
    with minio.running() as server, _ways(server) as ways, ThreadPoolExecutor(chosen.threads) as on:
        audio = ObjectUri("s3", server.new_bucket("bytes"), "recording.flac")
        ways["boto3"].create(audio, RECORDING, "audio/flac")
        rounds, held = [], []
        for _ in range(chosen.rounds):
            rounds.append(_round(ways, audio, on, chosen.requests))
            held.append(_held())
    costs = {key: _median([each[key] for each in rounds]) for key in rounds[0]}
    _print(costs, ways, held)
    _write(costs, held)
    return 0


@contextmanager
def _ways(server: ObjectServer) -> Iterator[Mapping[str, ObjectStore]]:
    with ExitStack() as closing:
        yield {
            "boto3": closing.enter_context(store_of(server, carrier="boto3")),
            "signed": closing.enter_context(SignedRequests(server)),
            "obstore": closing.enter_context(store_of(server, carrier="obstore")),
        }


def _download(store: ObjectStore, audio: ObjectUri) -> None:
    with store.open(audio) as opened:
        assert sum(map(len, opened.chunks())) == len(RECORDING)


def _look(store: ObjectStore, audio: ObjectUri) -> None:
    with suppress(ObjectNotFound):
        store.read(_result(audio), 1000)


def _create(store: ObjectStore, audio: ObjectUri) -> None:
    store.create(_result(audio), RESULT, "application/json")


def _result(audio: ObjectUri) -> ObjectUri:
    return ObjectUri("s3", audio.bucket, f"results/{secrets.token_hex(8)}.json")


REQUESTS: Mapping[str, Request] = {"download": _download, "look": _look, "create": _create}


def _round(
    ways: Mapping[str, ObjectStore], audio: ObjectUri, on: ThreadPoolExecutor, count: int
) -> dict[tuple[str, str], Cost]:
    """Measure each request over each way, one way after the other."""
    costs = {}
    for name, request in REQUESTS.items():
        for way, store in ways.items():
            _make(request, store, audio, on, WARM_UP)
            cpu, wall = time.process_time(), time.monotonic()
            _make(request, store, audio, on, count)
            spent = time.process_time() - cpu, time.monotonic() - wall
            costs[name, way] = Cost(*(1000 * seconds / count for seconds in spent))
    return costs


def _make(
    request: Request, store: ObjectStore, audio: ObjectUri, on: ThreadPoolExecutor, count: int
) -> None:
    for _ in on.map(lambda _: request(store, audio), range(count)):
        pass  # an error of a thread is raised here


def _held() -> Held:
    descriptors, threads = (len(os.listdir(f"/proc/self/{kind}")) for kind in ("fd", "task"))
    return Held(descriptors, threads, round(getrusage(RUSAGE_SELF).ru_maxrss / 1024, 1))


def _median(costs: Sequence[Cost]) -> Cost:
    return Cost(
        round(median(each.cpu_ms for each in costs), 3),
        round(median(each.wall_ms for each in costs), 3),
    )


def _print(
    costs: Mapping[tuple[str, str], Cost], ways: Mapping[str, ObjectStore], held: Sequence[Held]
) -> None:
    print(f"{'CPU ms':<10}" + "".join(f"{way:>10}" for way in ways))
    for name in REQUESTS:
        print(f"{name:<10}" + "".join(f"{costs[name, way].cpu_ms:>10.2f}" for way in ways))
    sums = (sum(costs[name, way].cpu_ms for name in REQUESTS) for way in ways)
    print(f"{'a job':<10}" + "".join(f"{total:>10.2f}" for total in sums))
    print(f"after the first round {held[0]}, after the last {held[-1]}")


def _write(costs: Mapping[tuple[str, str], Cost], held: Sequence[Held]) -> None:
    OUTPUT.parent.mkdir(exist_ok=True)
    report = {
        "requests": {" ".join(key): asdict(cost) for key, cost in costs.items()},
        "held": [asdict(each) for each in held],
    }
    OUTPUT.write_text(json.dumps(report, indent=2) + "\n")


if __name__ == "__main__":
    raise SystemExit(main())
