"""A redrive that is killed in its third transaction: `python -m`, bootstrap, topics, moment."""

import os
import signal
import sys
from typing import Any

from confluent_kafka import Producer

from producer_tools.kafka import broker
from producer_tools.kafka.connection import KafkaConnection
from producer_tools.redrive.redriving import Redrive
from schemas.codes import ErrorCode

LETTERS_PER_TRANSACTION = 5
MOMENTS = ("while producing", "before the commit", "after the commit")


class DyingProducer(Producer):
    """Counts transactions, and ends its process at a moment of the third."""

    moment = ""
    begun = 0

    def begin_transaction(self) -> None:
        DyingProducer.begun += 1
        super().begin_transaction()

    def send_offsets_to_transaction(self, *arguments: Any) -> None:
        self._die("while producing")
        super().send_offsets_to_transaction(*arguments)

    def commit_transaction(self, *arguments: Any) -> None:
        self._die("before the commit")
        super().commit_transaction(*arguments)
        self._die("after the commit")

    def _die(self, moment: str) -> None:
        if self.begun == 3 and moment == self.moment:
            self.flush()
            os.kill(os.getpid(), signal.SIGKILL)


def main(bootstrap: str, jobs: str, letters: str, group: str, moment: str) -> None:
    """Redrive until killed."""
    DyingProducer.moment = moment
    vars(broker)["Producer"] = DyingProducer
    connection = KafkaConnection(
        bootstrap_servers=bootstrap, jobs_topic=jobs, dead_letters_topic=letters
    )
    Redrive(connection, group, ErrorCode.INTERNAL).run(LETTERS_PER_TRANSACTION)


if __name__ == "__main__":
    main(*sys.argv[1:])
