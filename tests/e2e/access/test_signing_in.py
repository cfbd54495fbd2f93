"""A worker and the client tools sign in to brokers that ask who they are, over TLS.

With a password, with a certificate, with tokens of an AWS role that end every few seconds; and who
has the wrong password learns so, and nobody else learns the password.
"""

from pathlib import Path

import pytest

from tests.e2e.access import rights
from tests.e2e.access.service import INSTANT_WORKER, Service
from tests.e2e.command_line import turnstream
from tests.e2e.worker_process import launched, running
from tests.stack.secured_kafka import PROPERTY

pytestmark = [pytest.mark.kafka, pytest.mark.slow]

SECONDS = 60.0
SIGNER = Path(__file__).with_name("signer")
WRONG = "wrong-and-not-to-be-repeated"
AWS_KEYS = {
    "AWS_ACCESS_KEY_ID": "worker-role",
    "AWS_SECRET_ACCESS_KEY": "unused",
    "AWS_REGION": "eu-central-1",
}


def test_a_recording_becomes_turns_by_password_for_one_who_shows_a_certificate(
    service: Service, recording: Path
) -> None:
    worker_user = service.granted(rights.documented("worker"))
    client_user = service.granted(rights.documented("submit"))
    settings = service.worker_settings(service.broker.with_password(worker_user))
    upload = {"TURNSTREAM_UPLOAD_URI": service.deployment.audio[0]}
    client = {**service.broker.with_certificate(client_user), **upload}

    with running("worker", settings, INSTANT_WORKER) as worker:
        done = turnstream(client, "submit", str(recording), "--wait", "--timeout", "60")

        assert done.returncode == 0, done.stdout + done.stderr
        assert worker.stop() == 0
        assert settings[f"{PROPERTY}SASL_PASSWORD"] not in worker.log


def test_who_has_the_wrong_password_is_told_so_and_it_is_not_repeated(service: Service) -> None:
    user = service.granted([])
    identity = {**service.broker.with_password(user), f"{PROPERTY}SASL_PASSWORD": WRONG}

    with launched("worker", service.worker_settings(identity), INSTANT_WORKER) as worker:
        tool = turnstream(service.client_settings(identity), "lag")

        assert worker.process.wait(SECONDS) == 3
        [refused] = worker.events("worker cannot start")
        assert "SASL authentication error" in refused["reason"]
        assert WRONG not in worker.log
    assert tool.returncode == 3
    assert "SASL authentication error" in tool.stderr
    assert WRONG not in tool.stdout + tool.stderr


def test_with_an_aws_role_a_worker_outlives_its_tokens_and_one_that_did_not_come(
    service: Service, tmp_path: Path
) -> None:
    given = tmp_path / "given"
    rights.grant(service.broker.admin(), rights.documented("worker"), "worker-role")
    rights.grant(service.broker.admin(), rights.documented("lag"), "worker-role")
    identity = {
        **AWS_KEYS,
        "TURNSTREAM_KAFKA__BOOTSTRAP_SERVERS": service.broker.sasl,
        "TURNSTREAM_KAFKA__AUTH": "msk-iam",
        f"{PROPERTY}SSL_CA_LOCATION": str(service.broker.certificates.authority),
        "PYTHONPATH": str(SIGNER),
        "FAKE_SIGNER_GIVEN": str(given),
    }

    def tokens() -> int:
        return len(given.read_text().splitlines())

    with running("worker", service.worker_settings(identity), INSTANT_WORKER) as worker:
        service.send_job()
        worker.wait_until(service.has_caught_up, SECONDS)
        at_first = tokens()
        # Each of the two clients that live on needs a new one every four seconds.
        worker.wait_until(lambda: tokens() >= at_first + 4, SECONDS)
        service.send_job()
        worker.wait_until(service.has_caught_up, SECONDS)

        assert [event["reason"] for event in worker.events("AWS gives no token for Kafka")]
        assert worker.stop() == 0
    tool = turnstream(service.client_settings(identity), "lag")
    assert tool.returncode == 0, tool.stderr
    assert set(given.read_text().splitlines()) == {AWS_KEYS["AWS_REGION"]}
