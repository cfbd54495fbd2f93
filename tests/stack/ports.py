"""Which TCP ports are free for a server that must know its port in advance."""

import random
import socket
from itertools import islice

HOST = "127.0.0.1"
# Below the range from which the kernel serves outgoing connections: nothing takes a port between
# the look at it and the start of the server unless another stack happens to draw the same number.
_CANDIDATES = range(20_000, 32_000)


def free_ports(count: int) -> list[int]:
    """Different ports on which nothing listens at this moment."""
    candidates = random.SystemRandom().sample(_CANDIDATES, len(_CANDIDATES))
    return list(islice(filter(_is_free, candidates), count))


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
    return True
