"""Arbitrary valid messages, for the properties that hold of all of them."""

from datetime import UTC, datetime
from typing import TypeVar

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from schemas.diarization import DiarizationResult, DiarizeParams
from schemas.job import AudioReference, Job, OutputRequest
from schemas.publishing import Delivery, announcement
from schemas.result import Result, StoredResult
from schemas.result_parts import (
    ModelIdentity,
    Origin,
    Output,
    ResolvedAudio,
    ResultError,
    ResultWarning,
    Timings,
)
from schemas.uri import ObjectUri
from schemas.wire import MAX_INTEGER

T = TypeVar("T")

# The machine that runs the tests may be busy: how long an example takes is no property of it.
quick = settings(
    deadline=None, max_examples=25, suppress_health_check=[HealthCheck.too_slow], database=None
)


def maybe(values: st.SearchStrategy[T]) -> st.SearchStrategy[T | None]:
    return st.none() | values


def texts(first: str, rest: str, longest: int) -> st.SearchStrategy[str]:
    """Non-empty text of given alphabets."""
    return st.builds(
        str.__add__, st.sampled_from(first), st.text(st.sampled_from(rest), max_size=longest - 1)
    )


LETTERS = "abcXYZ019"
NAME_CHARACTERS = st.characters(exclude_categories=["Cs"])

sha256s = st.text(st.sampled_from("0123456789abcdef"), min_size=64, max_size=64)
fingerprints = st.text(st.sampled_from("0123456789abcdef"), min_size=16, max_size=16)
etags = texts(LETTERS, LETTERS + "-:+/", 40)
job_ids = texts(LETTERS, LETTERS + "._:-", 128)
names = st.text(NAME_CHARACTERS, min_size=1, max_size=20)
counts = st.integers(1, MAX_INTEGER)
whole_numbers = st.integers(0, MAX_INTEGER)
seconds = st.floats(0, 1e6)
moments = st.datetimes(datetime(1970, 1, 2), datetime(2200, 1, 1), timezones=st.just(UTC))
metadata = st.dictionaries(names, st.text(NAME_CHARACTERS, max_size=20), max_size=3)
json_scalars = st.none() | st.booleans() | whole_numbers | seconds | names

segments = st.text(
    st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="/"), min_size=1, max_size=12
).filter(lambda segment: segment not in {".", ".."})
keys = st.lists(segments, min_size=1, max_size=4).map("/".join)
s3_uris = st.builds(
    ObjectUri,
    st.just("s3"),
    texts(LETTERS, LETTERS + ".-_", 60).map(lambda name: name + "bkt"),
    keys,
)
file_uris = st.builds(lambda key: ObjectUri("file", "", key), keys)
uris = s3_uris | file_uris

params = st.builds(DiarizeParams, num_speakers=maybe(counts)) | st.builds(
    lambda bounds: DiarizeParams(min_speakers=min(bounds), max_speakers=max(bounds)),
    st.tuples(counts, counts),
)
audio_references = st.builds(
    AudioReference,
    uri=uris,
    version_id=maybe(etags),
    etag=maybe(etags),
    sha256=maybe(sha256s),
    size_bytes=maybe(whole_numbers),
    duration_seconds=maybe(seconds),
    channel=maybe(whole_numbers),
)
output_requests = st.builds(
    OutputRequest,
    uri=maybe(uris.map(lambda uri: f"{uri}/")),
    formats=st.lists(st.sampled_from(["json", "rttm"]), max_size=3).map(tuple),
)
jobs = st.builds(
    Job,
    job_id=job_ids,
    operation=st.just("diarize"),
    audio=audio_references,
    params=params,
    model=maybe(names),
    output=output_requests,
    submitted_at=maybe(moments),
    deadline=maybe(moments),
    recompute_id=maybe(names),
    metadata=metadata,
)

DURATION_SECONDS = 600.0
raw_turns = st.lists(
    st.tuples(
        st.floats(-1, DURATION_SECONDS + 1),
        st.floats(-1, DURATION_SECONDS + 1),
        st.sampled_from(["SPEAKER_00", "SPEAKER_01", "SPEAKER_02"]),
    ),
    max_size=8,
)
diarizations = st.builds(DiarizationResult.of, raw_turns, st.none(), st.just(DURATION_SECONDS))
models = st.builds(
    ModelIdentity, name=names, id=names, revision=maybe(names), sha256=maybe(sha256s)
)
resolved_audios = st.builds(
    ResolvedAudio,
    uri=uris,
    version_id=maybe(etags),
    etag=maybe(etags),
    sha256=sha256s,
    channel=maybe(whole_numbers),
    duration_seconds=st.just(DURATION_SECONDS),
)
warnings = st.builds(ResultWarning, code=names, message=names)
stored_results = st.builds(
    StoredResult,
    job_id=job_ids,
    operation=st.just("diarize"),
    audio=resolved_audios,
    params=params,
    model=models,
    engine_version=counts,
    result=diarizations,
    warnings=st.lists(warnings, max_size=2).map(tuple),
    fingerprint=fingerprints,
)
origins = st.builds(
    Origin,
    group=names,
    topic=names,
    partition=whole_numbers,
    offset=whole_numbers,
    timestamp=maybe(moments),
)
outputs = st.builds(
    Output,
    format=st.just("json"),
    uri=uris,
    etag=maybe(etags),
    sha256=sha256s,
    size_bytes=whole_numbers,
)
timings = st.builds(Timings, queued=maybe(seconds), device=maybe(seconds))
deliveries = st.builds(
    Delivery,
    origin=origins,
    outputs=st.tuples(outputs),
    metadata=metadata,
    reused=st.booleans(),
    attempt=counts,
    worker=names,
    completed_at=moments,
    timings=timings,
)
failures = st.builds(
    Result,
    job_id=maybe(job_ids),
    operation=maybe(st.just("diarize")),
    status=st.sampled_from(["failed", "expired", "cancelled"]),
    error=st.builds(ResultError, code=names, message=names, retryable=st.booleans()),
    origin=origins,
    metadata=metadata,
    attempt=counts,
    worker=names,
    completed_at=moments,
    timings=timings,
)
results = st.builds(announcement, stored_results, deliveries) | failures
