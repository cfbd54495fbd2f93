"""Which inputs does the worker meet, good ones among the bad, and how must each of them end?"""

import random
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.fakes.jobs import job_bytes
from tests.stack.topics import BROKERS_DEFAULT_BYTES

SUCCEEDED = "succeeded"
EXPIRED = "deadline_passed"
SKIPPED = "no result at all"


@dataclass(frozen=True, slots=True)
class Case:
    """One message on the jobs topic: a valid job, but for what the case says of it."""

    name: str
    ends: str
    """`SUCCEEDED`, or the code of its error."""
    says: str = ""
    """What its error says in any case."""
    fields: Mapping[str, Any] = field(default_factory=dict, repr=False)
    """Over those of the valid job."""
    raw: bytes | None = field(default=None, repr=False)
    """Instead of a job."""

    @property
    def value(self) -> bytes | None:
        """What is sent; None is a tombstone."""
        if self.raw is not None or self.ends == SKIPPED:
            return self.raw
        return job_bytes(**{"job_id": self.name, **_at("s3://calls/speech.wav"), **self.fields})

    @property
    def status(self) -> str:
        """The status of its result."""
        return {SUCCEEDED: "succeeded", EXPIRED: "expired"}.get(self.ends, "failed")

    @property
    def outcomes(self) -> list[tuple[str, str]]:
        """Status and code of every result it must have: one, or none."""
        return [] if self.ends == SKIPPED else [(self.status, self.ends)]

    @property
    def is_dead_letter(self) -> bool:
        """Whether it must be found among the dead letters."""
        return self.ends != SKIPPED and self.status == "failed"


def _at(uri: str, **more: object) -> dict[str, object]:
    return {"audio": {"uri": uri, **more}}


def _to(uri: str) -> dict[str, object]:
    return {"output": {"uri": uri}}


def _noise(size: int) -> str:
    """Text that no compression makes much smaller."""
    return random.Random(size).randbytes(size // 2).hex()


_DIGEST = "0" * 64
_JOB = b'{"job_id": "x", "operation": "diarize", "audio": {"uri": "s3://calls/speech.wav"'

NO_JOBS = (
    Case("not-json", "invalid_job", "JSON", raw=b"who speaks when?"),
    Case("an-array", "invalid_job", "object", raw=b"[]"),
    Case("no-bytes", "invalid_job", raw=b""),
    Case("not-utf8", "invalid_job", raw=_JOB + b', "etag": "\xff"}}'),
    Case("registry-framing", "invalid_job", "0x00", raw=b"\x00\x00\x00\x00\x07" + _JOB + b"}}"),
    Case("nan", "invalid_job", "finite", raw=_JOB + b', "duration_seconds": NaN}}'),
    Case("wrong-type-of-job-id", "invalid_job", "job_id", {"job_id": 7}),
    Case("wrong-type-of-audio", "invalid_job", "audio", {"audio": "s3://calls/speech.wav"}),
    Case(
        "wrong-type-of-count",
        "invalid_job",
        "params.num_speakers",
        {"params": {"num_speakers": "2"}},
    ),
    Case(
        "mistyped-max-speaker",
        "invalid_job",
        "params.max_speaker: unknown field",
        {"params": {"max_speaker": 2}},
    ),
    Case(
        "bounds-impossible",
        "invalid_job",
        "params",
        {"params": {"min_speakers": 3, "max_speakers": 2}},
    ),
    Case("job-id-dots", "invalid_job", "job_id", {"job_id": ".."}),
    Case("job-id-of-10-mb", "invalid_job", "65536 bytes", {"job_id": _noise(10_000_000)}),
    Case(
        "almost-the-brokers-limit",
        "invalid_job",
        "65536 bytes",
        {"metadata": {"note": _noise(BROKERS_DEFAULT_BYTES - 700)}},
    ),
    Case(
        "dots-in-the-key", "invalid_job", "audio.uri", _at("s3://calls/../calls-private/speech.wav")
    ),
    Case("dots-in-the-output", "invalid_job", "output.uri", _to("s3://results/../calls/")),
    Case("tombstone", SKIPPED),
)
REFUSED = (
    Case("unknown-operation", "unsupported_operation", "transcribe", {"operation": "transcribe"}),
    Case("model-outside-the-catalogue", "model_refused", "catalogue", {"model": "/models/mine"}),
    Case("model-directory-missing", "model_unavailable", "no-such-model", {"model": "gone"}),
    Case(
        "bucket-outside-the-allow-list", "audio_uri_refused", fields=_at("s3://others/speech.wav")
    ),
    Case(
        "bucket-beside-an-allowed-one",
        "audio_uri_refused",
        fields=_at("s3://calls-private/speech.wav"),
    ),
    Case("etc-passwd", "audio_uri_refused", fields=_at("file:///etc/passwd")),
    Case("output-outside-the-allow-list", "output_uri_refused", fields=_to("s3://calls/")),
    Case("output-bucket-missing", "output_not_writable", fields=_to("s3://no-such-bucket/")),
    Case("output-denied", "output_not_writable", fields=_to("s3://results/sealed/")),
    Case("deadline-passed", EXPIRED, fields={"deadline": "2020-01-01T00:00:00Z"}),
)
UNUSABLE_AUDIO = (
    Case("missing-object", "audio_not_found", "nothing.wav", _at("s3://calls/nothing.wav")),
    Case(
        "missing-directory", "audio_not_found", fields=_at("file:///no-such-directory/speech.wav")
    ),
    Case("missing-bucket", "audio_not_found", fields=_at("s3://no-such-bucket/speech.wav")),
    Case("forbidden-object", "audio_forbidden", fields=_at("s3://calls/forbidden/speech.wav")),
    Case("wrong-sha256", "audio_changed", "SHA-256", _at("s3://calls/speech.wav", sha256=_DIGEST)),
    Case("wrong-etag", "audio_changed", "etag", _at("s3://calls/speech.wav", etag="other")),
    Case("0-bytes", "audio_empty", fields=_at("s3://calls/empty.wav")),
    Case("text-named-wav", "audio_undecodable", fields=_at("s3://calls/text.wav")),
    Case("hls-playlist-named-wav", "audio_undecodable", fields=_at("s3://calls/playlist.wav")),
    Case("12-hours-of-silence", "audio_too_long", "36000", _at("s3://calls/twelve-hours.flac")),
    Case(
        "channel-out-of-range",
        "audio_channel_missing",
        fields=_at("s3://calls/speech.wav", channel=1),
    ),
)
GOOD = (
    Case("one-tenth-of-a-second", SUCCEEDED, fields=_at("s3://calls/blink.wav")),
    Case("44100-hz-stereo", SUCCEEDED, fields=_at("s3://calls/stereo.wav", channel=1)),
    Case("8000-hz-mu-law", SUCCEEDED, fields=_at("s3://calls/mu-law.wav")),
    Case("key-with-percent-20", SUCCEEDED, fields=_at("s3://calls/a%20b.wav")),
    Case("key-with-blank", SUCCEEDED, fields=_at("s3://calls/a b.wav")),
    Case("key-with-plus", SUCCEEDED, fields=_at("s3://calls/a+b.wav")),
    Case("key-with-hash", SUCCEEDED, fields=_at("s3://calls/a#b.wav")),
    Case("first-of-two", SUCCEEDED, fields={"job_id": "twice"}),
    Case("second-of-two", SUCCEEDED, fields={"job_id": "twice"}),
)
CASES = (*NO_JOBS, *REFUSED, *UNUSABLE_AUDIO, *GOOD)
