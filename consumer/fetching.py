"""How does a task come to its waveform, or to the result that is stored already?"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

from consumer.archive import Archive, Kept
from consumer.claims import Claims
from consumer.core.errors import (
    AudioChanged,
    AudioForbidden,
    AudioNotFound,
    AudioReplaced,
    AudioTooLarge,
    BucketNotFound,
    ObjectChanged,
    ObjectForbidden,
    ObjectNotFound,
)
from consumer.core.ports import AudioDecoder, Clock, ObjectStore, OpenObject, Operation
from consumer.core.reporting import identity
from consumer.core.stage_time import begun, done, queued_seconds
from consumer.core.work import Prepared, Task
from consumer.core.worth import check_ours, check_wanted
from consumer.spool import Spool
from schemas.identity import fingerprint
from schemas.job import AudioReference
from schemas.result_parts import ResolvedAudio


@dataclass(frozen=True, slots=True)
class Fetcher:
    """Resolves, looks, downloads and decodes; called from several threads, one task each."""

    store: ObjectStore
    archive: Archive
    decoder: AudioDecoder
    operations: Mapping[str, Operation]
    claims: Claims
    max_bytes: int
    clock: Clock

    def fetch(self, task: Task) -> Prepared | Kept | None:
        """Download and decode the audio, unless its result is stored already. Raises `JobError`.

        None: the same result is being computed; the task waits among the claims.
        """
        task.fingerprint = None  # a twin that waited comes here again, holding no claim
        self._begun(task)
        check_ours(task)
        with (
            _as_audio_errors(task.job.audio),
            self.store.open(task.job.audio.uri, task.job.audio.version_id) as opened,
        ):
            self._resolve(task, opened)
            task.fingerprint = self._fingerprint(task)
            if not self.claims.take(task.key, task):
                return None
            if kept := self.archive.find(task):
                _check_sha256(task.job.audio, kept.stored.audio.sha256)
                return kept
            check_wanted(task, self.clock.utc())
            return self._download(task, opened)

    def _begun(self, task: Task) -> None:
        queued = queued_seconds(task.ticket.record.timestamp_ms, self.clock.utc())
        begun(task, queued, self.clock.monotonic())

    def _resolve(self, task: Task, opened: OpenObject) -> None:
        """Learn from the GET that downloads which bytes these are: so key and bytes agree."""
        found, wanted = opened.identity, task.job.audio
        task.audio = ResolvedAudio(
            uri=wanted.uri, version_id=found.version_id, etag=found.etag, channel=wanted.channel
        )
        if wanted.etag and wanted.etag != found.etag:
            raise AudioChanged(
                f"{wanted.uri}: its etag is {found.etag}, the job says {wanted.etag}"
            )
        if found.size_bytes > self.max_bytes:
            raise AudioTooLarge(
                f"{wanted.uri}: {found.size_bytes} bytes; audio.max_bytes is {self.max_bytes} here"
            )

    def _fingerprint(self, task: Task) -> str:
        return fingerprint(
            operation=task.job.operation,
            audio=task.resolved,
            params=task.job.params,
            model=identity(task),
            engine_version=self.operations[task.job.operation].engine_version,
            recompute_id=task.job.recompute_id,
        )

    def _download(self, task: Task, opened: OpenObject) -> Prepared:
        with Spool() as spool:
            for chunk in opened.chunks():
                spool.write(chunk)
            task.audio = task.resolved.model_copy(update={"sha256": spool.sha256})
            _check_sha256(task.job.audio, spool.sha256)
            done(task, "fetch", self.clock.monotonic())
            decoded = self.decoder.decode(spool.file_descriptor, task.job.audio.channel)
        ready = self.clock.monotonic()
        done(task, "decode", ready)
        task.warnings.extend(decoded.warnings)
        seconds = round(decoded.waveform.seconds, 3)
        task.audio = task.resolved.model_copy(update={"duration_seconds": seconds})
        return Prepared(task, decoded.waveform, ready)


def _check_sha256(wanted: AudioReference, found: str | None) -> None:
    if wanted.sha256 and wanted.sha256 != found:
        raise AudioChanged(f"{wanted.uri}: its SHA-256 is {found}, the job says {wanted.sha256}")


@contextmanager
def _as_audio_errors(wanted: AudioReference) -> Iterator[None]:
    """Translate the store's answers about the audio object; the archive has translated its own."""
    try:
        yield
    except (ObjectNotFound, BucketNotFound) as error:
        raise AudioNotFound(f"{error}") from error
    except ObjectForbidden as error:
        raise AudioForbidden(f"{error}") from error
    except ObjectChanged as error:
        changed = AudioChanged if _is_pinned(wanted) else AudioReplaced
        raise changed(f"{error}") from error


def _is_pinned(wanted: AudioReference) -> bool:
    """Whether the job is about certain bytes, not about whatever lies there."""
    return any((wanted.version_id, wanted.etag, wanted.sha256))
