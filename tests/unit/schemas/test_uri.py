"""Object URIs and the prefixes that admit them."""

import pytest
from hypothesis import given

from schemas.uri import ObjectUri, PrefixAllowList, check_prefix
from tests.unit.schemas.strategies import quick, uris


@quick
@given(uris)
def test_what_is_written_reads_back_as_the_same_object(uri: ObjectUri) -> None:
    assert ObjectUri.parse(str(uri)) == uri


@pytest.mark.parametrize("key", ["a%20b", "a+b", "a#b?c=d", "a b", "ü/%2e%2e/x", "a//b", "dir/"])
def test_an_s3_key_is_verbatim(key: str) -> None:
    uri = ObjectUri.parse(f"s3://calls/{key}")

    assert (uri.bucket, uri.key) == ("calls", key)
    assert str(uri) == f"s3://calls/{key}"


def test_a_file_path_is_percent_decoded() -> None:
    uri = ObjectUri.parse("file:///srv/my%20audio/100%25%23.wav")

    assert uri.path == "/srv/my audio/100%#.wav"
    assert str(uri) == "file:///srv/my%20audio/100%25%23.wav"


def test_different_spellings_of_a_file_are_the_same_object() -> None:
    assert ObjectUri.parse("file:///srv/%61+b") == ObjectUri.parse("file:///srv/a%2Bb")


def test_a_path_becomes_a_file_uri() -> None:
    assert str(ObjectUri.of_path("/srv/a b?.wav")) == "file:///srv/a%20b%3F.wav"


def test_an_s3_object_has_no_local_path() -> None:
    with pytest.raises(ValueError, match="no local path"):
        _ = ObjectUri.parse("s3://calls/a").path


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "must begin with s3:// or file://"),
        ("https://calls/a", "must begin with s3:// or file://"),
        ("S3://calls/a", "must begin with s3:// or file://"),
        ("/etc/passwd", "must begin with s3:// or file://"),
        ("s3:///a", "must name a bucket"),
        ("s3://ab/a", "must name a bucket"),
        ("s3://../a", "must name a bucket"),
        ("s3://calls", "must name a key"),
        ("s3://calls/", "must name a key"),
        ("s3://calls/../secrets", r"must not have \. or \.\. as a path segment"),
        ("s3://calls/a/.", r"must not have \. or \.\. as a path segment"),
        ("s3://calls/a\nb", "must not contain control characters"),
        ("s3://calls/a\x00", "must not contain control characters"),
        ("s3://calls/" + "ü" * 513, "has a key longer than 1024 bytes"),
        ("file://host/a", "must be an absolute path, without a host"),
        ("file://etc", "must be an absolute path, without a host"),
        ("file:///", "must name a file"),
        ("file:///srv//a", "must name a file, without empty segments"),
        ("file:///srv/a/", "must name a file, without empty segments"),
        ("file:///srv/../etc/passwd", r"must not have \. or \.\."),
        ("file:///srv/%2e%2E/etc/passwd", r"must not have \. or \.\."),
        ("file:///srv/..%2fetc", "must not hide a slash"),
        ("file:///srv/%00", "must not contain control characters"),
        ("file:///srv/%zz", "has a % that no two hex digits follow"),
        ("file:///srv/%ff", "must percent-encode UTF-8"),
        ("file:///srv/a?b", "must write"),
        ("file:///srv/a#b", "must write"),
        ("file:///" + "a" * 2048, "is longer than 2048 bytes"),
        ("file:///" + "%20" * 700, "is longer than 2048 bytes"),
    ],
)
def test_says_what_is_wrong_with_a_uri(text: str, problem: str) -> None:
    with pytest.raises(ValueError, match=problem):
        ObjectUri.parse(text)


def test_a_file_has_no_bucket() -> None:
    with pytest.raises(ValueError, match="without a host"):
        ObjectUri("file", "bucket", "a")


@pytest.mark.parametrize(
    ("prefix", "uri", "admitted"),
    [
        ("s3://calls", "s3://calls/a", True),
        ("s3://calls/", "s3://calls/a/b", True),
        ("s3://calls", "s3://calls-private/a", False),
        ("s3://calls/a", "s3://calls/a/b", True),
        ("s3://calls/a/", "s3://calls/a/b", True),
        ("s3://calls/a", "s3://calls/ab", False),
        ("s3://calls/a", "s3://calls/a", False),
        ("s3://calls/a", "s3://calls/b/a/c", False),
        ("s3://calls/a%20b", "s3://calls/a b/c", False),
        ("file:///srv/calls", "file:///srv/calls/a", True),
        ("file:///srv/my%20calls", "file:///srv/my%20calls/a", True),
        ("file:///srv/calls", "file:///srv/calls-private/a", False),
        ("file:///srv/calls", "file:///etc/passwd", False),
        ("file:///calls", "s3://calls/a", False),
    ],
)
def test_a_prefix_admits_what_lies_under_its_whole_segments(
    prefix: str, uri: str, admitted: bool
) -> None:
    assert PrefixAllowList([prefix]).admits(ObjectUri.parse(uri)) is admitted


def test_any_of_several_prefixes_will_do_and_none_admits_nothing() -> None:
    uri = ObjectUri.parse("s3://calls/a")

    assert PrefixAllowList(["s3://other", "s3://calls"]).admits(uri)
    assert not PrefixAllowList([]).admits(uri)


@pytest.mark.parametrize("prefix", ["s3://", "calls", "file://host/", "s3://calls/../x"])
def test_an_allow_list_refuses_what_is_no_prefix(prefix: str) -> None:
    with pytest.raises(ValueError, match="must"):
        PrefixAllowList([prefix])


def test_an_output_prefix_is_admitted_where_its_objects_are() -> None:
    allowed = PrefixAllowList(["s3://results/calls"])

    assert allowed.admits_prefix("s3://results/calls/")
    assert not allowed.admits_prefix("s3://results/calls-private/")
    assert not allowed.admits_prefix("s3://results/")


@pytest.mark.parametrize("text", ["s3://results/", "s3://results/a b/", "file:///srv/results/"])
def test_an_output_prefix_ends_in_a_slash(text: str) -> None:
    assert check_prefix(text) == text
    with pytest.raises(ValueError, match="must end in /"):
        check_prefix(text.removesuffix("/"))
