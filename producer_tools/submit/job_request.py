"""Turn what was asked for on the command line into a job of the contract."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from producer_tools.exits import WrongUsage
from producer_tools.submit.sources import LocalFile
from schemas.codec import SchemaError, decode_job
from schemas.job import Job
from schemas.operations import DIARIZE
from schemas.time_range import TimeRange
from schemas.uri import ObjectUri
from schemas.wire import format_time, parse_time

_UNFIT_FOR_AN_ID: Final = re.compile(r"[^A-Za-z0-9._:-]+")
_SPAN: Final = re.compile(r"(\d+)([smhd])")
_SECONDS: Final = {"s": 1, "m": 60, "h": 3600, "d": 86_400}


@dataclass(frozen=True, slots=True)
class JobRequest:
    """What all jobs of one command have in common; None leaves it to the worker."""

    operation: str = DIARIZE
    num_speakers: int | None = None
    min_speakers: int | None = None
    max_speakers: int | None = None
    ranges: Sequence[TimeRange] = ()
    model: str | None = None
    channel: int | None = None
    output_uri: str | None = None
    formats: Sequence[str] = ("json",)
    deadline: datetime | None = None
    recompute_id: str | None = None
    metadata: Mapping[str, str] = field(default_factory=dict)

    def job(self, job_id: str, uri: ObjectUri, file: LocalFile | None = None) -> Job:
        """Ask for one object; raises `WrongUsage` with the path of what a worker would refuse.

        A file of this machine, of which the object is a copy, tells what it holds.
        """
        document = {
            "job_id": job_id,
            "operation": self.operation,
            "audio": self._audio(uri, file),
            "params": self._params(),
            "model": self.model,
            "output": {"uri": self.output_uri, "formats": list(self.formats)},
            "deadline": format_time(self.deadline) if self.deadline else None,
            "recompute_id": self.recompute_id,
            "metadata": dict(self.metadata),
        }
        try:
            return decode_job(json.dumps(document).encode())
        except SchemaError as error:
            raise WrongUsage(str(error)) from error

    def _audio(self, uri: ObjectUri, file: LocalFile | None) -> dict[str, object]:
        measured = (
            {
                "sha256": file.sha256,
                "size_bytes": file.size_bytes,
                "duration_seconds": file.duration_seconds,
            }
            if file
            else {}
        )
        return {"uri": str(uri), "channel": self.channel, **measured}

    def _params(self) -> dict[str, object]:
        """Say what was given, and nothing else: operations refuse what is not theirs."""
        asked = {
            "num_speakers": self.num_speakers,
            "min_speakers": self.min_speakers,
            "max_speakers": self.max_speakers,
            "ranges": [each.model_dump() for each in self.ranges] or None,
        }
        return {name: value for name, value in asked.items() if value is not None}


def name_job(source_name: str, suffix: str) -> str:
    """Make a job id that a person recognises, and that a suffix makes unique."""
    readable = _UNFIT_FOR_AN_ID.sub("-", source_name).strip("._:-")[:80] or "audio"
    return f"{readable}-{suffix}"


def parse_metadata(pairs: Sequence[str]) -> dict[str, str]:
    """Read `key=value` pairs; raises `WrongUsage` for anything else."""
    if wrong := [pair for pair in pairs if "=" not in pair]:
        raise WrongUsage(f"--metadata {wrong[0]}: write key=value")
    return dict(pair.split("=", 1) for pair in pairs)


def parse_range(text: str) -> TimeRange:
    """Read `START-END` in seconds; raises `WrongUsage` for anything else."""
    try:
        start, end = text.split("-")
        return TimeRange(start=float(start), end=float(end))
    except ValueError as error:
        raise WrongUsage(
            f"--range {text}: write the seconds from start to end, like 12.5-30"
        ) from error


def parse_deadline(text: str, now: datetime) -> datetime:
    """Read a span from now (`90s`, `30m`, `2h`, `1d`) or a time; raises `WrongUsage`."""
    if span := _SPAN.fullmatch(text):
        return now + timedelta(seconds=int(span[1]) * _SECONDS[span[2]])
    try:
        return parse_time(text)
    except ValueError as error:
        raise WrongUsage(
            f"--deadline {text}: write a span like 30m or 2h, or a time like 2026-11-22T09:15:02Z"
        ) from error
