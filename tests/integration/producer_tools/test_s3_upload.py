"""Whether local files reach real S3 servers, and refusals become one sentence."""

from pathlib import Path

import pytest

from producer_tools.exits import StoreUnreachable, WrongUsage
from producer_tools.submit.sources import LocalFile, local_file
from producer_tools.submit.upload import upload_to
from tests.stack.object_server import ObjectServer
from tests.unit.producer_tools.test_audio_header import wav

pytestmark = pytest.mark.s3


@pytest.fixture
def call(tmp_path: Path) -> LocalFile:
    path = tmp_path / "a call #1 50%.wav"
    path.write_bytes(wav(16_000))
    return local_file(path)


@pytest.fixture
def server(object_server: ObjectServer, monkeypatch: pytest.MonkeyPatch) -> ObjectServer:
    for name, value in object_server.environment.items():
        monkeypatch.setenv(name, value)
    return object_server


def test_a_file_is_uploaded_once_under_its_own_bytes(server: ObjectServer, call: LocalFile) -> None:
    bucket = server.new_bucket("calls")
    upload = upload_to(f"s3://{bucket}/in/")

    upload.store(call)
    uri = upload.uri(call)
    first = server.client().head_object(Bucket=bucket, Key=uri.key)["LastModified"]
    upload.store(call)

    stored = server.client().get_object(Bucket=bucket, Key=uri.key)
    assert uri.key == f"in/{call.sha256[:16]}/a call #1 50%.wav"
    assert stored["Body"].read() == call.path.read_bytes()
    assert stored["LastModified"] == first


def test_a_file_is_encrypted_as_the_settings_ask(
    minio: ObjectServer, call: LocalFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    bucket = minio.new_bucket("calls")
    for name, value in {**minio.environment, "TURNSTREAM_STORE__SSE": "AES256"}.items():
        monkeypatch.setenv(name, value)
    upload = upload_to(f"s3://{bucket}/")

    upload.store(call)

    head = minio.client().head_object(Bucket=bucket, Key=upload.uri(call).key)
    assert head["ServerSideEncryption"] == "AES256"


def test_a_bucket_that_does_not_exist_is_named(server: ObjectServer, call: LocalFile) -> None:
    with pytest.raises(StoreUnreachable, match="there is no bucket nowhere-at-all"):
        upload_to("s3://nowhere-at-all/").store(call)


def test_wrong_credentials_are_a_refusal(
    server: ObjectServer, call: LocalFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    bucket = server.new_bucket("calls")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "wrong")

    with pytest.raises(StoreUnreachable, match="cannot be written"):
        upload_to(f"s3://{bucket}/").store(call)


def test_a_server_that_does_not_answer_is_a_refusal(
    call: LocalFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", "http://127.0.0.1:1")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "x")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "x")

    with pytest.raises(StoreUnreachable, match="Could not connect"):
        upload_to("s3://calls/").store(call)


@pytest.mark.parametrize(
    ("name", "value"), [("AWS_ENDPOINT_URL_S3", "no url"), ("AWS_PROFILE", "nobody")]
)
def test_aws_settings_that_make_no_sense_are_wrong_usage(
    name: str, value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, value)

    with pytest.raises(WrongUsage, match=value):
        upload_to("s3://calls/")
