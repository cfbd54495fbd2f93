"""How pyannote comes into this process without talking to anybody.

Left alone it reports every load and every run to its makers, prints to the standard output, and
warns that it cannot open audio files: we hand it waveforms.
"""

import os
import warnings


def mute_pyannote() -> None:
    """Import pyannote.audio with telemetry off, before anybody else does, and keep it quiet."""
    os.environ["PYANNOTE_METRICS_ENABLED"] = "0"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from pyannote.audio.pipelines import clustering
        from pyannote.audio.telemetry import metrics

    # The switch keeps spans from being made; this ends the thread that waits to send them.
    metrics.provider.shutdown()
    vars(clustering)["print"] = _say_nothing


def _say_nothing(*_: object) -> None:
    """Stand in for `print` where stock tells the console about one recording's clusters."""
