"""Whether a task gets exactly the audio it names, or an error that says why not."""

from collections.abc import Callable
from hashlib import sha256

import pytest

from consumer.core.errors import (
    AudioChanged,
    AudioForbidden,
    AudioNotFound,
    AudioReplaced,
    AudioTooLarge,
    AudioUndecodable,
    DeadlinePassed,
    JobError,
    ObjectChanged,
    StorageUnavailable,
)
from consumer.core.work import Task
from tests.fakes.clock import START
from tests.fakes.jobs import task
from tests.fakes.object_store import InMemoryObjectStore
from tests.unit.worker.fetching_world import AUDIO, DECODED, DIGEST, URI, World, audio


@pytest.fixture
def world() -> World:
    return World()


def test_says_which_audio_was_read(world: World) -> None:
    recording = world.prepared(audio(channel=0))

    found = recording.task.resolved
    assert recording.waveform is DECODED.waveform
    assert (found.uri, found.channel) == (URI, 0)
    assert (found.etag, found.version_id) == (world.stored.identity.etag, "v1")
    assert (found.sha256, found.duration_seconds) == (DIGEST, 1.5)
    assert [warning.code for warning in recording.task.warnings] == ["odd"]
    assert recording.task.timings.keys() == {"queued", "fetch", "decode"}


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
