"""On which device a model runs, and on how many threads."""

import os

import torch

from consumer.core.errors import ModelUnavailable


def pick_device(name: str) -> torch.device:
    """Return the device of this name: cpu, cuda, cuda:1; auto is cuda where there is one.

    Raises `ModelUnavailable` when this machine has no such device.
    """
    has_cuda = torch.cuda.is_available()
    if name == "auto":
        return torch.device("cuda" if has_cuda else "cpu")
    try:
        device = torch.device(name)
    except RuntimeError as error:
        raise ModelUnavailable(f"{name} is no device: use cpu, cuda or auto") from error
    if device.type == "cuda" and not (has_cuda and (device.index or 0) < torch.cuda.device_count()):
        raise ModelUnavailable(f"there is no device {name} here: use cpu or auto")
    return device


def cores() -> int:
    """Return how many cores this process may use."""
    return len(os.sched_getaffinity(0))


def use_threads(threads: int | None) -> None:
    """Let this thread compute on so many cores; null: on all of them."""
    torch.set_num_threads(threads or cores())
