"""How the embedding network of a model of the catalogue gets onto a device.

Importing this module imports neither torch nor pyannote; loading the first model does.
"""

from typing import TYPE_CHECKING

from consumer.core.model import CatalogueModel
from consumer.diarization.loading import Running
from consumer.diarization.models.embedding_files import obtain_embedding
from consumer.diarization.runtime import mute_pyannote

if TYPE_CHECKING:
    from consumer.diarization.voiceprints import VoiceEmbedder


def load_embedder(model: CatalogueModel, running: Running) -> "VoiceEmbedder":
    """Load the embedding network of a model, and no other part of it.

    Raises `ModelUnavailable` with what to do about it, `OutOfMemory`, `DeviceDead`.
    """
    checkpoint = obtain_embedding(model, running.access)
    mute_pyannote()
    from consumer.diarization.devices import pick_device, use_threads
    from consumer.diarization.models.opening import open_embedding
    from consumer.diarization.voiceprints import VoiceEmbedder

    use_threads(running.threads)
    return VoiceEmbedder(open_embedding(checkpoint, pick_device(running.device)))
