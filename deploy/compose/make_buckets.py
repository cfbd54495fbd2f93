"""Are the buckets of a deployment there?

Creates the buckets it is given unless they exist; endpoint and credentials come the AWS way.
"""

import sys
from collections.abc import Sequence

import boto3
from botocore.config import Config


def main(buckets: Sequence[str]) -> None:
    """Make each bucket that is not there; whatever else is wrong ends the process."""
    store = boto3.client("s3", config=Config(s3={"addressing_style": "path"}))
    ours = {bucket["Name"] for bucket in store.list_buckets()["Buckets"]}
    for bucket in buckets:
        if bucket not in ours:
            store.create_bucket(Bucket=bucket)


if __name__ == "__main__":
    main(sys.argv[1:])
