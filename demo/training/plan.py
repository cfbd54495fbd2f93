"""What is trained, on what and for how long? The command line of `python -m demo.training`."""

import argparse
import os
from dataclasses import dataclass
from pathlib import Path

from demo.diarizer import MODEL

CLIPS = Path(__file__).parents[2].parent / "shared" / "audio"


@dataclass(frozen=True, slots=True)
class Plan:
    """The same plan gives the same model, unless the time limit ends a training early."""

    cache: Path
    clips: Path
    model: Path
    seed: int
    voices: int
    segmentation_steps: int
    embedding_steps: int
    limit_seconds: float


def plan_from_arguments(arguments: list[str] | None = None) -> Plan:
    """Return the plan that the command line asks for; exits with the usage when it is malformed."""
    options = _parser().parse_args(arguments)
    return Plan(
        cache=options.cache,
        clips=options.clips,
        model=options.model,
        seed=options.seed,
        voices=options.voices,
        segmentation_steps=options.segmentation_steps,
        embedding_steps=options.embedding_steps,
        limit_seconds=options.minutes * 60,
    )


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m demo.training",
        description="Rebuild the demonstration model and its audio.",
        formatter_class=argparse.ArgumentDefaultsHelpFormatter,
    )
    add = parser.add_argument
    add("--cache", type=Path, default=_user_cache(), help="where synthesized speech is kept")
    add("--clips", type=Path, default=CLIPS, help="meeting clips, NAME.wav with NAME.rttm")
    add("--model", type=Path, default=MODEL, help="where the pipeline directory is written")
    add("--seed", type=int, default=1, help="decides voices, examples and first weights")
    add("--voices", type=int, default=160, help="synthetic speakers")
    add("--segmentation-steps", type=int, default=3600, help="steps of the segmentation")
    add("--embedding-steps", type=int, default=3600, help="steps of the embedding")
    add("--minutes", type=float, default=45, help="ends both trainings, which run side by side")
    return parser


def _user_cache() -> Path:
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base) / "turnstream" / "demo"
