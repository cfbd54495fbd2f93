"""Which model do the contenders run where it must cost what models cost?"""

import json
from collections.abc import Mapping
from pathlib import Path

from tests.benchmarks.engine.passes import own_process
from tests.benchmarks.service.place import Place


def pipeline(place: Place) -> Path:
    """Return a directory with networks of the published size, seeded; built when first asked."""
    directory = place.directory / "full-size"
    if not directory.exists():
        with own_process() as process:
            process.submit(_build, directory).result()
    return directory


def settings(directory: Path) -> Mapping[str, str]:
    """Tell a worker that it has this model and no other."""
    catalogue = {"full-size": {"directory": str(directory)}}
    return {
        "TURNSTREAM_MODELS__CATALOGUE": json.dumps(catalogue),
        "TURNSTREAM_MODELS__DEFAULT": "full-size",
    }


def _build(directory: Path) -> None:
    """Runs in a process of its own: this one is to stay small."""
    from consumer.diarization.runtime import mute_pyannote

    mute_pyannote()
    from tests.benchmarks.engine.pipelines import build_full_size

    build_full_size(directory)
