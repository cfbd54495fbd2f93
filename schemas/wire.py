"""Say what all messages have in common: their strictness and the types of their fields."""

import re
from datetime import UTC, datetime
from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    PlainValidator,
    SerializerFunctionWrapHandler,
    WithJsonSchema,
    model_serializer,
    model_validator,
)

from schemas.uri import MAX_URI_BYTES, ObjectUri, check_prefix

# Beyond it a number loses digits where all numbers are doubles, and in canonical JSON.
MAX_INTEGER = 2**53 - 1
MAX_METADATA_BYTES = 4096

_RFC3339 = (
    "[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ][0-9]{2}:[0-9]{2}:[0-9]{2}([.][0-9]+)?"
    "([Zz]|[+-][0-9]{2}:[0-9]{2})"
)
_ETAG = r"[\x21\x23-\x7e]{1,256}"


class WireModel(BaseModel):
    """A message or a part of one: immutable, strictly typed, no field beside the declared ones.

    Readers validate with `extra="allow"`; what they did not know is then written out again.
    """

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        strict=True,
        allow_inf_nan=False,
        hide_input_in_errors=True,
        use_attribute_docstrings=True,
    )

    @model_validator(mode="before")
    @classmethod
    def _null_equals_absent(cls, data: object) -> object:
        if not isinstance(data, dict):
            return data
        known = cls.__pydantic_fields__  # `model_fields` is a call for each message
        return {
            name: value for name, value in data.items() if value is not None or name not in known
        }

    @model_serializer(mode="wrap")
    def _keep_unknown(self, handler: SerializerFunctionWrapHandler) -> dict[str, Any]:
        fields: dict[str, Any] = handler(self)
        extra = self.__pydantic_extra__
        return fields | extra if extra else fields


def _object_uri(value: object) -> ObjectUri:
    if isinstance(value, ObjectUri):
        return value
    if not isinstance(value, str):
        raise ValueError("must be a string")  # noqa: TRY004 - pydantic collects only ValueError
    return ObjectUri.parse(value)


def utc_milliseconds(moment: datetime) -> datetime:
    """Bring a moment to UTC, cut to milliseconds, as messages write it; ValueError if naive."""
    if moment.utcoffset() is None:
        raise ValueError("must carry an offset")
    try:
        moment = moment.astimezone(UTC)
    except OverflowError as error:
        raise ValueError("is out of range") from error
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)


def format_time(moment: datetime) -> str:
    """RFC 3339 in UTC with milliseconds: 2026-11-22T09:15:02.114Z."""
    text = utc_milliseconds(moment).isoformat(timespec="milliseconds")
    return text.replace("+00:00", "Z")


def parse_time(text: str) -> datetime:
    """Read an RFC 3339 time with an offset; ValueError says what is wrong with it."""
    if not re.fullmatch(_RFC3339, text):
        raise ValueError("must be an RFC 3339 time with an offset, like 2026-11-22T09:15:02.114Z")
    return utc_milliseconds(datetime.fromisoformat(text.upper()))


def _timestamp(value: object) -> datetime:
    if isinstance(value, datetime):
        return utc_milliseconds(value)
    if not isinstance(value, str):
        raise ValueError("must be a string")  # noqa: TRY004 - pydantic collects only ValueError
    return parse_time(value)


def _unquoted(value: object) -> object:
    if isinstance(value, str) and len(value) > 2 and value[0] == value[-1] == '"':
        return value[1:-1]
    return value


def round_seconds(seconds: float) -> float:
    """Seconds as messages carry them: whole milliseconds, never minus zero."""
    return round(seconds, 3) + 0.0


def _check_metadata(metadata: dict[str, str]) -> dict[str, str]:
    if (
        sum(len(name.encode()) + len(text.encode()) for name, text in metadata.items())
        > MAX_METADATA_BYTES
    ):
        raise ValueError(f"must not hold more than {MAX_METADATA_BYTES} bytes")
    return metadata


Uri = Annotated[
    ObjectUri,
    PlainValidator(_object_uri),
    PlainSerializer(str),
    WithJsonSchema(
        {"type": "string", "pattern": "^(s3://[^/]+/|file:///).", "maxLength": MAX_URI_BYTES}
    ),
]
UriPrefix = Annotated[
    str,
    AfterValidator(check_prefix),
    WithJsonSchema(
        {"type": "string", "pattern": "^(s3://[^/]+/|file:///)(.*/)?$", "maxLength": MAX_URI_BYTES}
    ),
]
Timestamp = Annotated[
    datetime,
    PlainValidator(_timestamp),
    PlainSerializer(format_time),
    WithJsonSchema({"type": "string", "format": "date-time", "pattern": f"^{_RFC3339}$"}),
]
ETag = Annotated[
    str,
    BeforeValidator(_unquoted),
    Field(pattern=f"^{_ETAG}$"),
    WithJsonSchema({"type": "string", "pattern": f'^"?{_ETAG}"?$'}),
]
Sha256 = Annotated[str, Field(pattern="^[0-9a-f]{64}$")]
JobId = Annotated[str, Field(pattern="^[A-Za-z0-9][A-Za-z0-9._:-]{0,127}$")]
OperationName = Annotated[str, Field(pattern="^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$")]
SpeakerLabel = Annotated[str, Field(pattern=r"^\S{1,64}$")]
Name = Annotated[str, Field(min_length=1, max_length=256)]
Seconds = Annotated[float, Field(ge=0), AfterValidator(round_seconds)]
WholeNumber = Annotated[int, Field(ge=0, le=MAX_INTEGER)]
Count = Annotated[int, Field(ge=1, le=MAX_INTEGER)]
VersionId = Annotated[str, Field(pattern=r"^[\x21-\x7e]{1,1024}$")]
Metadata = Annotated[dict[str, str], AfterValidator(_check_metadata)]
