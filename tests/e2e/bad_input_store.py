"""Which objects do the cases name, and which of them may the worker not touch?"""

import json
from collections.abc import Mapping
from pathlib import Path

import boto3

from tests.stack.object_server import ObjectServer

VERBATIM_KEYS = ("a%20b.wav", "a b.wav", "a+b.wav", "a#b.wav")
"""Keys of which a careless client fetches another: each holds a recording of its own."""

_PLAYLIST = b"#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\nfile:///etc/passwd\n#EXT-X-ENDLIST\n"
_CLOSED = ("arn:aws:s3:::calls/forbidden/*", "arn:aws:s3:::results/sealed/*")
_POLICY = {
    "Version": "2012-10-17",
    "Statement": [
        {"Effect": "Allow", "Action": "s3:*", "Resource": "arn:aws:s3:::*"},
        {"Effect": "Deny", "Action": "s3:*", "Resource": _CLOSED},
    ],
}


def fill(server: ObjectServer, recordings: Mapping[str, bytes]) -> None:
    """Make the buckets that the cases name."""
    client = server.client()
    for bucket in ("calls", "calls-private", "results"):
        client.create_bucket(Bucket=bucket)
    for key, content in recordings.items():
        client.put_object(Bucket="calls", Key=key, Body=content)
    client.put_object(Bucket="calls-private", Key="speech.wav", Body=recordings["speech.wav"])


def recordings(directory: Path) -> Mapping[str, bytes]:
    """The objects of the bucket `calls`."""
    # Needs the extra `ml`, unlike the collection of the tests.
    from tests.contract.audio.recordings import Recipe, encoded, pcm16, silent_flac, sound, wav

    speech = wav(pcm16(sound(1.0)))
    return {
        "speech.wav": speech,
        "forbidden/speech.wav": speech,
        "empty.wav": b"",
        "text.wav": b"This is no recording. " * 100,
        "playlist.wav": _PLAYLIST,
        "twelve-hours.flac": silent_flac(12 * 3600, rate=16_000, says_how_long=True),
        "blink.wav": wav(pcm16(sound(0.1))),
        "stereo.wav": wav(pcm16(sound(1.0, 44_100, 2)), 44_100),
        "mu-law.wav": encoded(Recipe("wav", "pcm_mulaw", 8_000), sound(1.0, 8_000), directory),
        **{key: wav(pcm16(sound(0.5 + n / 10))) for n, key in enumerate(VERBATIM_KEYS)},
    }


def restricted_credentials(server: ObjectServer) -> Mapping[str, str]:
    """The environment of a worker that may not touch `calls/forbidden/` and `results/sealed/`."""
    sts = boto3.client(
        "sts",
        endpoint_url=server.endpoint,
        aws_access_key_id=server.access_key,
        aws_secret_access_key=server.secret_key,
        region_name=server.region,
    )
    session = sts.assume_role(
        RoleArn="arn:minio:iam:::role/worker",  # asked for by the client, ignored by MinIO
        RoleSessionName="worker",
        Policy=json.dumps(_POLICY),
    )["Credentials"]
    return {
        **server.environment,
        "AWS_ACCESS_KEY_ID": session["AccessKeyId"],
        "AWS_SECRET_ACCESS_KEY": session["SecretAccessKey"],
        "AWS_SESSION_TOKEN": session["SessionToken"],
    }
