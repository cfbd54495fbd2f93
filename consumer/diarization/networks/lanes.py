"""How many device batches run at once?

One per core on a CPU, each single-threaded, so that nothing waits for a team of threads and the
number of cores does not show in the answer; one per stream on an accelerator.
"""

import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from queue import SimpleQueue
from typing import TypeVar

import torch

from consumer.diarization.devices import cores

MOST_STREAMS = 4
"""So that the long chains of small steps in segmentation leave nothing idle."""
USABLE_SHARE = 0.8
"""Of the free memory; recordings need some, and the allocator rounds up."""

T = TypeVar("T")
R = TypeVar("R")


class Lanes:
    """Runs batches side by side on one device, in the order in which they were put in."""

    def __init__(self, count: int, device: torch.device) -> None:
        self._device = device
        self._own = threading.local()
        self._changing = threading.Lock()
        self._open(count)

    def submit(self, network: Callable[[T], R], batch: T) -> Future[R]:
        """Run a batch through a network in the next free lane."""
        with self._changing:
            return self._threads.submit(self._run, network, batch)

    def narrow(self) -> None:
        """Go on with half as many from now on: the device had no room for all of them.

        Waits for what is under way; a conclusion may be asking something at the same time.
        """
        with self._changing:
            wide = self._threads
            self._open(max(1, self.count // 2))
        wide.shutdown(wait=True)

    def close(self) -> None:
        """Forget what has not begun, and wait for the rest."""
        self._threads.shutdown(wait=True, cancel_futures=True)

    def _open(self, count: int) -> None:
        self.count = count
        streams: SimpleQueue[torch.cuda.Stream | None] = SimpleQueue()
        for _ in range(count):
            streams.put(self._stream())
        self._threads = ThreadPoolExecutor(count, "lane", self._enter, (streams,))

    def _stream(self) -> torch.cuda.Stream | None:
        if self._device.type != "cuda":
            return None
        return torch.cuda.Stream(self._device)  # type: ignore[no-untyped-call]

    def _enter(self, streams: "SimpleQueue[torch.cuda.Stream | None]") -> None:
        torch.set_num_threads(1)
        self._own.stream = streams.get()

    def _run(self, network: Callable[[T], R], batch: T) -> R:
        with torch.inference_mode(), torch.cuda.stream(self._own.stream):
            return network(batch)


def lanes_for(device: torch.device, bytes_per_lane: int, threads: int | None) -> int:
    """Return how many lanes a device has room for; `threads` are the cores to use of a CPU."""
    if device.type != "cuda":
        return threads or cores()
    torch.cuda.empty_cache()  # what torch keeps for later counts as taken else
    free, _ = torch.cuda.mem_get_info(device)
    return max(1, min(MOST_STREAMS, int(free * USABLE_SHARE) // max(bytes_per_lane, 1)))
