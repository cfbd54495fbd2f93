"""Choose what the demonstration submits: two recordings, and two jobs that must fail."""

import json
import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from producer_tools.demo.layout import Assets, Layout
from producer_tools.kafka.messages import Outgoing
from producer_tools.submit.job_request import JobRequest
from producer_tools.submit.planning import PlannedJob, store_files
from producer_tools.submit.sources import local_file
from producer_tools.submit.upload import Upload, upload_to

_HEADER_BYTES = 8192
_NOISE_BYTES = 40_000


@dataclass(frozen=True, slots=True)
class DemoJob:
    """A message to be sent, and what people are told about it."""

    name: str
    about: str
    outgoing: Outgoing
    audio: Path | None = None
    """The recording, when there is a reference in an RTTM file beside it."""


def demo_jobs(assets: Assets, layout: Layout) -> Sequence[DemoJob]:
    """Upload the audio, and write the messages."""
    upload = upload_to(f"{layout.audio.as_uri()}/")
    corrupt = _corrupt_copy(assets.conversation, layout.inputs / "corrupt.flac")
    conversation = _message("conversation", assets.conversation, upload)
    return (
        DemoJob(
            "conversation",
            "three synthetic voices",
            conversation,
            assets.conversation,
        ),
        DemoJob(
            "phone-call",
            "a real phone call",
            _message("phone-call", assets.phone_call, upload),
            assets.phone_call,
        ),
        DemoJob(
            "corrupt-file", "FLAC whose sound is noise", _message("corrupt-file", corrupt, upload)
        ),
        DemoJob("impossible-bounds", "at least 5 voices, at most 2", _impossible(conversation)),
    )


def _message(job_id: str, audio: Path, upload: Upload) -> Outgoing:
    request = JobRequest(formats=("json", "rttm"), metadata={"shown-by": "turnstream demo"})
    planned = PlannedJob.of(local_file(audio), request, upload, job_id)
    store_files([planned], upload)
    return planned.outgoing(datetime.now(UTC))


def _impossible(message: Outgoing) -> Outgoing:
    """Write by hand what our own model refuses to write."""
    document = json.loads(message.value)
    document["job_id"] = "impossible-bounds"
    document["params"] = {"min_speakers": 5, "max_speakers": 2}
    return replace(message, key=b"impossible-bounds", value=json.dumps(document).encode())


def _corrupt_copy(recording: Path, target: Path) -> Path:
    """Keep the header, so that only a decoder can tell."""
    noise = random.Random(9).randbytes(_NOISE_BYTES)  # noqa: S311 - the same bytes at every run
    target.write_bytes(recording.read_bytes()[:_HEADER_BYTES] + noise)
    return target
