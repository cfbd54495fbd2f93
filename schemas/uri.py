"""Say where an object lies, and whether this worker may touch it."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, Self
from urllib.parse import quote, unquote_to_bytes

MAX_URI_BYTES = 2048
MAX_KEY_BYTES = 1024

_BUCKET = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{2,62}")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_BROKEN_ESCAPE = re.compile(r"%(?![0-9A-Fa-f]{2})")
# What RFC 3986 lets stand in a path unescaped, besides letters, digits and "-._~".
_PATH_SAFE = "/!$&'()*+,;=:@"


@dataclass(frozen=True, slots=True)
class ObjectUri:
    """An object by scheme, bucket and key; one that exists is well-formed (ValueError if not).

    An `s3` key is verbatim. The key of a `file` is its decoded path without the leading slash.
    """

    scheme: Literal["s3", "file"]
    bucket: str
    key: str

    def __post_init__(self) -> None:
        if self.scheme == "s3":
            _check_s3(self.bucket, self.key)
        else:
            _check_file(self.bucket, self.key)
        _check_key(self.key)
        if len(str(self).encode()) > MAX_URI_BYTES:
            raise ValueError(f"is longer than {MAX_URI_BYTES} bytes")

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read `s3://bucket/key` or `file:///path`; ValueError says what is wrong with it."""
        if text.startswith("s3://"):
            bucket, _, key = text.removeprefix("s3://").partition("/")
            return cls("s3", bucket, key)
        if text.startswith("file://"):
            return cls.of_path(_decoded_path(text.removeprefix("file://")))
        raise ValueError("must begin with s3:// or file://")

    @classmethod
    def of_path(cls, path: str) -> Self:
        """Name a local file by its absolute path, not percent-encoded."""
        if not path.startswith("/"):
            raise ValueError("must be an absolute path, without a host: file:///path")
        return cls("file", "", path[1:])

    @property
    def path(self) -> str:
        """The absolute local path of a `file`; ValueError for an `s3` object."""
        if self.scheme != "file":
            raise ValueError("an s3 object has no local path")
        return f"/{self.key}"

    def __str__(self) -> str:
        if self.scheme == "file":
            return "file://" + quote(self.path, safe=_PATH_SAFE)
        return f"s3://{self.bucket}/{self.key}"


class PrefixAllowList:
    """The places a worker may touch: each prefix admits what lies under its whole segments.

    It judges names alone: who opens a local file must still resolve symbolic links.
    """

    def __init__(self, prefixes: Iterable[str]) -> None:
        self._prefixes = tuple(_prefix_segments(prefix) for prefix in prefixes)

    def admits(self, uri: ObjectUri) -> bool:
        """Whether one of the prefixes is the object's ancestor."""
        parts = _segments(uri)
        return any(parts[: len(p)] == p and len(parts) > len(p) for p in self._prefixes)

    @property
    def directories(self) -> tuple[str, ...]:
        """The local directories among the prefixes."""
        return tuple("/" + "/".join(p[2:]) for p in self._prefixes if p[0] == "file")

    def admits_prefix(self, text: str) -> bool:
        """Whether everything named under an output prefix is admitted; ValueError if it is none."""
        return self.admits(ObjectUri.parse(f"{check_prefix(text)}x"))


def check_prefix(text: str) -> str:
    """Return a prefix that objects can be named under; ValueError says what is wrong with it."""
    if not text.endswith("/"):
        raise ValueError("must end in /")
    ObjectUri.parse(f"{text}x")
    return text


def _prefix_segments(text: str) -> tuple[str, ...]:
    return _segments(ObjectUri.parse(text.rstrip("/") + "/x"))[:-1]


def _segments(uri: ObjectUri) -> tuple[str, ...]:
    return (uri.scheme, uri.bucket, *uri.key.split("/"))


def _decoded_path(path: str) -> str:
    if "?" in path or "#" in path:
        raise ValueError("must write ? and # in a path as %3F and %23")
    if _BROKEN_ESCAPE.search(path):
        raise ValueError("has a % that no two hex digits follow")
    if "%2f" in path.lower():
        raise ValueError("must not hide a slash as %2F")
    try:
        return unquote_to_bytes(path).decode()
    except UnicodeDecodeError as error:
        raise ValueError("must percent-encode UTF-8") from error


def _check_s3(bucket: str, key: str) -> None:
    if not _BUCKET.fullmatch(bucket):
        raise ValueError("must name a bucket: s3://bucket/key")
    if not key:
        raise ValueError("must name a key: s3://bucket/key")
    if len(key.encode()) > MAX_KEY_BYTES:
        raise ValueError(f"has a key longer than {MAX_KEY_BYTES} bytes")


def _check_file(bucket: str, key: str) -> None:
    if bucket:
        raise ValueError("must be an absolute path, without a host: file:///path")
    if "" in key.split("/"):
        raise ValueError("must name a file, without empty segments: file:///path")


def _check_key(key: str) -> None:
    # S3 itself allows such keys, but HTTP clients and proxies fold the segments away: the object
    # that is fetched would not be the one that was allowed.
    if not {".", ".."}.isdisjoint(key.split("/")):
        raise ValueError("must not have . or .. as a path segment")
    if _CONTROL.search(key):
        raise ValueError("must not contain control characters")
