"""What must be said before torch is imported? How threads wait, and that nothing is fetched."""

import os
import warnings

NO_FFMPEG = "pyannote.audio.core.io"
ENVIRONMENT = {
    # Threads that spin while they wait make a busy machine a hundred times slower, not busier.
    "OMP_WAIT_POLICY": "PASSIVE",
    "HF_HUB_OFFLINE": "1",
    "PYANNOTE_METRICS_ENABLED": "0",
    "PYTHONWARNINGS": f"ignore::UserWarning:{NO_FFMPEG}",
}


def prepare_process() -> None:
    """Set what is not set yet in the environment, for this process and those it starts."""
    for name, value in ENVIRONMENT.items():
        os.environ.setdefault(name, value)
    # Speech is handed over as waveforms, so it is no loss that pyannote finds no FFmpeg.
    warnings.filterwarnings("ignore", category=UserWarning, module=NO_FFMPEG)
