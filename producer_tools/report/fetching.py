"""Bring a recording from an object store into a file."""

import shutil
from pathlib import Path

from botocore.exceptions import BotoCoreError, ClientError

from producer_tools.exits import StoreUnreachable
from producer_tools.s3 import reason, s3_client
from schemas.uri import ObjectUri


def fetch(uri: ObjectUri, version_id: str | None, into: Path) -> None:
    """Download an object, in that version if one is named; raises `StoreUnreachable`."""
    client = s3_client()
    try:
        answer = (
            client.get_object(Bucket=uri.bucket, Key=uri.key, VersionId=version_id)
            if version_id
            else client.get_object(Bucket=uri.bucket, Key=uri.key)
        )
        with into.open("wb") as file:
            shutil.copyfileobj(answer["Body"], file)
    except (BotoCoreError, ClientError) as error:
        raise StoreUnreachable(
            f"{uri} cannot be read: {reason(error, uri)}; "
            "name a copy with --audio, or leave it out with --no-audio"
        ) from error
