"""`make bench-gpu`: what the engine saves on a GPU, against stock on the same GPU.

Writes `bench-output/gpu.json` and the page of this machine for `docs/benchmarks/`.
"""

import argparse
import sys
from collections.abc import Sequence

NO_GPU = 2


def main(arguments: Sequence[str] | None = None) -> int:
    """Run once; 1 when fp32 differs from stock by more than rounding explains, 2 without a GPU."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.engine.gpu")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--hours", type=float, default=1.0, help="of audio")
    chosen = parser.parse_args(arguments)
    # Only now: processes that are started import this module, and need no torch for that.
    import torch

    if not torch.cuda.is_available():
        print("There is no CUDA device here, so nothing was measured.", file=sys.stderr)
        return NO_GPU
    from tests.benchmarks.engine.gpu_session import GpuSession

    return GpuSession("cuda", chosen.rounds, chosen.hours).run()


if __name__ == "__main__":
    sys.exit(main())
