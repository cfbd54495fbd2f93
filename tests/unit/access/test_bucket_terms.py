"""Whether terms that contradict themselves are refused, by workers and by client tools."""

import pytest

from access.bucket_terms import BucketTerms
from consumer.environment import SettingsError, read_settings
from producer_tools.exits import WrongUsage
from producer_tools.s3 import s3_client

WRONG = [
    ({"KMS_KEY_ID": "key"}, "KMS_KEY_ID needs TURNSTREAM_STORE__SSE=aws:kms"),
    ({"KMS_KEY_ID": "key", "SSE": "AES256"}, "KMS_KEY_ID needs TURNSTREAM_STORE__SSE=aws:kms"),
    ({"EXPECTED_BUCKET_OWNER": "me"}, "an AWS account has 12 digits"),
    ({"SSE": "rot13"}, "TURNSTREAM_STORE__SSE"),
]


@pytest.fixture(params=WRONG, ids=lambda case: ", ".join(case[0]))
def sentence(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """What is to be said of the terms, which stand in the environment."""
    terms, sentence = request.param
    monkeypatch.setenv("TURNSTREAM_KAFKA__BOOTSTRAP_SERVERS", "nowhere:9092")
    monkeypatch.setenv("AWS_REGION", "eu-central-1")
    for name, value in terms.items():
        monkeypatch.setenv(f"TURNSTREAM_STORE__{name}", value)
    return str(sentence)


def test_a_worker_does_not_start_with_them(sentence: str) -> None:
    with pytest.raises(SettingsError, match=sentence):
        read_settings({})


def test_a_client_tool_does_not_begin_with_them(sentence: str) -> None:
    with pytest.raises(WrongUsage, match=sentence):
        s3_client()


def test_a_key_of_the_kms_goes_with_its_kind_of_encryption() -> None:
    assert BucketTerms("aws:kms", "key").kms_key_id == "key"
