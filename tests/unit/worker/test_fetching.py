"""Whether a task gets exactly the audio it names, or the result that is stored already."""

from collections.abc import Callable
from hashlib import sha256
from typing import Any

import pytest

from consumer.archive import Archive, Kept
from consumer.claims import Claims
from consumer.core.errors import (
    AudioChanged,
    AudioForbidden,
    AudioNotFound,
    AudioReplaced,
    AudioTooLarge,
    AudioUndecodable,
    DeadlinePassed,
    JobError,
    NoLongerOurs,
    ObjectChanged,
    StorageUnavailable,
)
from consumer.core.model import DecodedAudio
from consumer.core.work import Prepared, Task
from consumer.fetching import Fetcher
from consumer.storing import store_answer
from schemas.result import ResultWarning
from schemas.uri import ObjectUri
from tests.fakes.audio import FakeDecoder, waveform
from tests.fakes.clock import START, FakeClock
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
        return store_answer(self.archive, recording, one_speaker([recording])[0], 1)


@pytest.fixture
def world() -> World:
    return World()


def audio(**fields: Any) -> Task:
    return task(audio={"uri": AUDIO_URI} | fields)


def test_says_which_audio_was_read(world: World) -> None:
    recording = world.prepared(audio(channel=0))

    found = recording.task.resolved
    assert recording.waveform is DECODED.waveform
    assert (found.uri, found.channel) == (URI, 0)
    assert (found.etag, found.version_id) == (world.stored.identity.etag, "v1")
    assert (found.sha256, found.duration_seconds) == (DIGEST, 1.5)
    assert [warning.code for warning in recording.task.warnings] == ["odd"]
    assert recording.task.timings.keys() == {"fetch", "decode"}


def test_takes_what_matches_the_jobs_etag_and_hash(world: World) -> None:
    assert world.prepared(audio(etag=world.stored.identity.etag, sha256=DIGEST))


def test_reads_the_version_that_the_job_names(world: World) -> None:
    world.store.put(URI, b"newer")

    assert world.prepared(audio(version_id="v1")).task.resolved.sha256 == DIGEST


def test_equal_jobs_have_equal_fingerprints_and_other_audio_another(world: World) -> None:
    first, again = world.prepared(task()), task()
    world.claims.release(first.task.key)
    world.prepared(again)
    world.store.put(URI, b"newer")
    newer = world.prepared(task())

    assert first.task.fingerprint == again.fingerprint
    assert newer.task.fingerprint != again.fingerprint


@pytest.mark.parametrize(
    ("prepare", "job", "error"),
    [
        (None, audio(etag="another"), AudioChanged),
        (None, audio(sha256="0" * 64), AudioChanged),
        (None, audio(uri="s3://calls/b.wav"), AudioNotFound),
        (None, audio(uri="s3://no-such-bucket/a.wav"), AudioNotFound),
        (None, audio(version_id="v7"), AudioNotFound),
        (lambda store: store.forbid(URI), task(), AudioForbidden),
        (lambda store: store.put(URI, AUDIO + b"!"), task(), AudioTooLarge),
        (lambda store: store.fail_next(StorageUnavailable("down")), task(), StorageUnavailable),
        (lambda store: store.fail_next(ObjectChanged("replaced")), task(), AudioReplaced),
        (lambda store: store.fail_next(ObjectChanged("no")), audio(etag="x"), AudioChanged),
        (lambda store: store.fail_next(ObjectChanged("no")), audio(sha256=DIGEST), AudioChanged),
        (lambda store: store.fail_next(ObjectChanged("no")), audio(version_id="v1"), AudioChanged),
        (lambda store: store.break_next_link(heals=False), task(), StorageUnavailable),
        (None, task(deadline=START.isoformat()), DeadlinePassed),
    ],
    ids=lambda value: value.__name__ if isinstance(value, type) else "",
)
def test_fails_with_the_error_that_says_why(
    world: World,
    prepare: Callable[[InMemoryObjectStore], object] | None,
    job: Task,
    error: type[JobError],
) -> None:
    if prepare:
        prepare(world.store)
    world.decoder.answer = AudioUndecodable("must not come so far")

    with pytest.raises(error):
        world.fetcher.fetch(job)


def test_a_wrong_hash_is_told_with_the_one_that_was_found(world: World) -> None:
    wrong = audio(sha256="0" * 64)

    with pytest.raises(AudioChanged, match=DIGEST):
        world.fetcher.fetch(wrong)

    assert wrong.resolved.sha256 == DIGEST


def test_audio_that_is_replaced_while_it_is_read_is_read_by_the_next_attempt(world: World) -> None:
    world.store.break_next_link(heals=True, meanwhile=lambda: world.store.put(URI, b"newer"))
    attempt, another = task(), task()

    with pytest.raises(AudioReplaced) as raised:
        world.fetcher.fetch(attempt)
    world.claims.release(attempt.key)
    found = world.prepared(another).task

    assert raised.value.code == "audio_changed"
    assert found.resolved.sha256 == sha256(b"newer").hexdigest()
    assert found.key != attempt.key


def test_audio_that_is_replaced_after_it_was_opened_is_read_as_it_was_opened(world: World) -> None:
    world.archive.before_a_look = lambda: world.store.put(URI, b"newer")

    found = world.prepared(task()).task.resolved

    assert (found.etag, found.sha256) == (world.stored.identity.etag, DIGEST)


def test_a_download_that_breaks_off_has_no_hash(world: World) -> None:
    world.store.break_next_link(heals=False)
    cut = task()

    with pytest.raises(StorageUnavailable):
        world.fetcher.fetch(cut)

    assert cut.resolved.etag == world.stored.identity.etag
    assert cut.resolved.sha256 is None


def test_an_empty_file_has_a_hash(world: World) -> None:
    world.store.put(URI, b"")

    assert world.prepared(task()).task.resolved.sha256 == sha256(b"").hexdigest()


def test_what_the_decoder_refuses_fails_as_it_says(world: World) -> None:
    world.decoder.answer = AudioUndecodable("text named .wav")

    with pytest.raises(AudioUndecodable):
        world.fetcher.fetch(task())


class TestReuse:
    def test_a_stored_result_is_taken_without_download_or_decoding(self, world: World) -> None:
        kept = world.computed()
        world.decoder.answer = AudioUndecodable("must not come so far")
        world.store.break_next_link(heals=False)

        assert world.fetcher.fetch(task()) == kept

    def test_a_stored_result_is_taken_also_after_the_deadline(self, world: World) -> None:
        kept = world.computed()

        assert world.fetcher.fetch(task(deadline=START.isoformat())) == kept

    def test_a_job_that_names_the_right_hash_takes_it(self, world: World) -> None:
        kept = world.computed()

        assert world.fetcher.fetch(audio(sha256=DIGEST)) == kept

    def test_a_job_that_names_another_hash_does_not(self, world: World) -> None:
        world.computed()

        with pytest.raises(AudioChanged, match=DIGEST):
            world.fetcher.fetch(audio(sha256="0" * 64))

    def test_other_parameters_or_a_recomputation_are_another_result(self, world: World) -> None:
        world.computed()

        assert world.prepared(task(recompute_id="again"))
        assert world.prepared(task(params={"num_speakers": 2}))


class TestTwins:
    def test_the_second_of_two_equal_jobs_waits(self, world: World) -> None:
        first, twin = world.prepared(task()), task()

        assert world.fetcher.fetch(twin) is None
        assert world.claims.release(first.task.key) == [twin]

    def test_a_twin_that_failed_before_it_knew_its_key_holds_no_claim(self, world: World) -> None:
        world.prepared(task())
        twin = task()
        world.fetcher.fetch(twin)
        world.store.fail_next(StorageUnavailable("down"))

        with pytest.raises(StorageUnavailable):
            world.fetcher.fetch(twin)

        assert twin.fingerprint is None

    def test_a_twin_whose_partition_left_while_it_waited_holds_no_claim(self, world: World) -> None:
        world.prepared(task())
        twin = task()
        world.fetcher.fetch(twin)
        twin.ticket.assignment.live = False

        with pytest.raises(NoLongerOurs):
            world.fetcher.fetch(twin)

        assert twin.fingerprint is None
