"""How is the demonstration rebuilt? `python -m demo.training`, see --help."""

import os
import warnings

from demo.training.plan import plan_from_arguments

# Speech is handed over as waveforms, so it is no loss that pyannote finds no FFmpeg.
NO_FFMPEG = "pyannote.audio.core.io"


def main() -> None:
    """Rebuild demo/audio and demo/model as the command line asks."""
    plan = plan_from_arguments()
    warnings.filterwarnings("ignore", category=UserWarning, module=NO_FFMPEG)
    os.environ.setdefault("PYTHONWARNINGS", f"ignore::UserWarning:{NO_FFMPEG}")  # for children
    os.environ.setdefault("PYANNOTE_METRICS_ENABLED", "0")
    from demo.training.rebuild import rebuild

    rebuild(plan)


if __name__ == "__main__":
    main()
