"""How does a test fetch one recording among fakes?"""

from collections.abc import Callable
from hashlib import sha256
from typing import Any

from consumer.archive import Archive, Kept
from consumer.claims import Claims
from consumer.core.model import DecodedAudio
from consumer.core.work import Prepared, Task
from consumer.fetching import Fetcher
from consumer.storing import store_answer
from schemas.result import ResultWarning
from schemas.uri import ObjectUri
from tests.fakes.audio import FakeDecoder, waveform
from tests.fakes.clock import FakeClock
from tests.fakes.jobs import AUDIO_URI, task
from tests.fakes.object_store import CHUNK_BYTES, InMemoryObjectStore
from tests.fakes.operation import FakeOperation, one_speaker

URI = ObjectUri.parse(AUDIO_URI)
AUDIO = b"sound" * CHUNK_BYTES
DIGEST = sha256(AUDIO).hexdigest()
DECODED = DecodedAudio(waveform([0.5] * 24_000), (ResultWarning(code="odd", message="!"),))


class WatchedArchive(Archive):
    """Lets something happen between the opening of the audio and the look for its result."""

    before_a_look: Callable[[], object] = staticmethod(lambda: None)

    def find(self, task: Task) -> Kept | None:
        self.before_a_look()
        return super().find(task)


class World:
    """A fetcher among fakes, and one recording in the store."""

    def __init__(self) -> None:
        self.store = InMemoryObjectStore({"calls", "results"})
        self.stored = self.store.put(URI, AUDIO)
        self.decoder = FakeDecoder(DECODED)
        self.claims = Claims()
        operations = {"diarize": FakeOperation()}
        self.archive = WatchedArchive(self.store, operations)
        self.fetcher = Fetcher(
            self.store,
            self.archive,
            self.decoder,
            operations,
            self.claims,
            max_bytes=len(AUDIO),
            clock=FakeClock(),
        )

    def prepared(self, of: Task) -> Prepared:
        found = self.fetcher.fetch(of)
        assert isinstance(found, Prepared)
        return found

    def computed(self) -> Kept:
        """The same job was done before, and its result is stored."""
        recording = self.prepared(task())
        self.claims.release(recording.task.key)
        return store_answer(self.archive, recording.task, one_speaker([recording])[0], 1)


def audio(**fields: Any) -> Task:
    return task(audio={"uri": AUDIO_URI} | fields)
