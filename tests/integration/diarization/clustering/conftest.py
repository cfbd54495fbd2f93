"""Modules here import stock's classes at their top: pyannote is muted before they do."""

from pathlib import Path

from consumer.diarization.runtime import mute_pyannote


def pytest_pycollect_makemodule(module_path: Path) -> None:
    """Warnings are errors, and pyannote warns when it is imported."""
    mute_pyannote()
