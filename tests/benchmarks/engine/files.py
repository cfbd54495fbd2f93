"""Can stock open audio files on this machine?"""

from importlib import import_module


def why_not() -> str | None:
    """Return what is missing; None: nothing is."""
    try:
        import_module("torchcodec.decoders")
    except ImportError as error:
        return str(error)
    except (OSError, RuntimeError):
        return "torchcodec finds no FFmpeg libraries"
    return None
