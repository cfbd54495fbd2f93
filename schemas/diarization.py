"""Say what the operation `diarize` takes, and what it gives back."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Annotated, Self

from pydantic import Field, ValidationInfo, field_validator

from schemas.operation import OperationParams, OperationResult
from schemas.time_range import TimeRange
from schemas.wire import Count, Seconds, SpeakerLabel, WireModel, round_seconds

_NUMBER_EXCLUDES_BOUNDS = {
    "if": {"required": ["num_speakers"], "properties": {"num_speakers": {"type": "integer"}}},
    "then": {"properties": {"min_speakers": {"type": "null"}, "max_speakers": {"type": "null"}}},
}


class DiarizeParams(OperationParams, json_schema_extra=_NUMBER_EXCLUDES_BOUNDS):
    """How many speakers the producer knows or believes there to be; nothing given: find out."""

    num_speakers: Count | None = None
    """The exact number of speakers; excludes the bounds."""
    min_speakers: Count | None = None
    """At least so many speakers."""
    max_speakers: Count | None = None
    """At most so many speakers; not below min_speakers."""

    @field_validator("min_speakers", "max_speakers")
    @classmethod
    def _bounds_exclude_number(cls, value: int | None, info: ValidationInfo) -> int | None:
        if value is not None and info.data.get("num_speakers") is not None:
            raise ValueError("must not be given together with num_speakers")
        return value

    @field_validator("max_speakers")
    @classmethod
    def _bounds_in_order(cls, value: int | None, info: ValidationInfo) -> int | None:
        if value is not None and value < (info.data.get("min_speakers") or 1):
            raise ValueError("must not be below min_speakers")
        return value


class Turn(TimeRange):
    """Somebody speaks: from `start` until `end`, in seconds from the audio track's beginning."""

    speaker: SpeakerLabel
    """An opaque label; it means nothing in any other result."""


class SpeakerSummary(WireModel):
    """How much one speaker spoke."""

    speaker: SpeakerLabel
    """The label in `diarization`."""
    speech_seconds: Seconds
    """The sum of the speaker's turns."""
    turns: Count
    """The number of the speaker's turns."""


Turns = Annotated[tuple[Turn, ...], Field(strict=False)]
Segment = tuple[float, float, str]
"""A turn as models give it: start, end, speaker; it may need tidying."""


def tidy(segments: Iterable[Segment], duration_seconds: float) -> list[Segment]:
    """Round to milliseconds, cut at the audio's edges, drop what is empty then, and sort."""
    limit = round_seconds(duration_seconds)
    cut = (
        (max(round_seconds(start), 0.0), min(round_seconds(end), limit), speaker)
        for start, end, speaker in segments
        if start < end  # not so for NaN, either
    )
    return sorted(segment for segment in cut if segment[0] < segment[1])


class DiarizationResult(OperationResult):
    """Who spoke when."""

    diarization: Turns
    """All turns by start, end, speaker; they may overlap. Empty: nobody spoke."""
    exclusive_diarization: Turns | None = None
    """Turns of which no two overlap, to join a transcript on; null where a model has none."""
    speakers: Annotated[tuple[SpeakerSummary, ...], Field(strict=False)]
    """One entry for every label in `diarization`, by label."""

    @classmethod
    def of(
        cls,
        diarization: Iterable[Segment],
        exclusive: Iterable[Segment] | None,
        duration_seconds: float,
    ) -> Self:
        """Sort (start, end, speaker), clip to the audio, round, and drop what rounding empties."""
        turns = _turns(diarization, duration_seconds)
        return cls(
            diarization=turns,
            exclusive_diarization=None
            if exclusive is None
            else _turns(exclusive, duration_seconds),
            speakers=_summaries(turns),
        )

    @property
    def end_seconds(self) -> float:
        """When the last turn ends; 0 when nobody spoke."""
        turns = self.diarization + (self.exclusive_diarization or ())
        return max((turn.end for turn in turns), default=0.0)

    @field_validator("diarization", "exclusive_diarization")
    @classmethod
    def _sorted(cls, turns: tuple[Turn, ...] | None) -> tuple[Turn, ...] | None:
        if turns is not None and list(turns) != sorted(turns, key=_position):
            raise ValueError("must be sorted by start, end, speaker")
        return turns

    @field_validator("exclusive_diarization")
    @classmethod
    def _never_overlaps(cls, turns: tuple[Turn, ...] | None) -> tuple[Turn, ...] | None:
        if turns and any(a.end > b.start for a, b in pairwise(turns)):
            raise ValueError("must not overlap")
        return turns

    @field_validator("speakers")
    @classmethod
    def _one_for_every_label(
        cls, speakers: tuple[SpeakerSummary, ...], info: ValidationInfo
    ) -> tuple[SpeakerSummary, ...]:
        turns: Sequence[Turn] = info.data.get("diarization", ())
        if [s.speaker for s in speakers] != sorted({turn.speaker for turn in turns}):
            raise ValueError("must name every label of diarization once, in order")
        return speakers


def _position(turn: Turn) -> tuple[float, float, str]:
    return turn.start, turn.end, turn.speaker


def _turns(segments: Iterable[Segment], duration_seconds: float) -> tuple[Turn, ...]:
    return tuple(
        Turn(start=start, end=end, speaker=speaker)
        for start, end, speaker in tidy(segments, duration_seconds)
    )


def _summaries(turns: Iterable[Turn]) -> tuple[SpeakerSummary, ...]:
    lengths: defaultdict[str, list[float]] = defaultdict(list)
    for turn in turns:
        lengths[turn.speaker].append(turn.end - turn.start)
    return tuple(
        SpeakerSummary(speaker=who, speech_seconds=sum(seconds), turns=len(seconds))
        for who, seconds in sorted(lengths.items())
    )
