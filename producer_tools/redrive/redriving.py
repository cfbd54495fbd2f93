"""Send dead letters of one error code as new jobs, each once whatever happens."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Final

from producer_tools.kafka.connection import KafkaConnection
from producer_tools.kafka.messages import Incoming
from producer_tools.redrive.reading import DeadLetters, dead_letters
from producer_tools.redrive.sending import TransactionalSender
from producer_tools.redrive.sorting import Lot, Tally, Wanted, job_again
from schemas.codes import ErrorCode

LETTERS_PER_TRANSACTION: Final = 200


@dataclass(frozen=True, slots=True)
class Redrive:
    """Dead letters of one code, and the workers' group whose jobs they were.

    How far they were read is the commit of a group of its own, one per code: letters of other codes
    are passed, and a redrive of their code still finds them.
    """

    connection: KafkaConnection
    workers_group: str
    code: ErrorCode

    @property
    def group(self) -> str:
        """Who keeps how far the letters were read."""
        return f"{self.workers_group}-redrive-{self.code}"

    @property
    def transactional_id(self) -> str:
        """The same for every run: a new one ends what a killed one left open."""
        return f"{self.connection.transactional_id_prefix}-{self.group}"

    def rehearse(self) -> Tally:
        """Say what `run` would do; raises `ClientError`."""
        tally = Tally()
        with dead_letters(self.connection, self.group) as letters:
            for letter in letters.unread():
                tally.add(letter, self._wanted.lot(letter))
        return tally

    def run(self, per_transaction: int = LETTERS_PER_TRANSACTION) -> Tally:
        """Send the letters that are there by now; raises `ClientError`."""
        tally = Tally()
        with dead_letters(self.connection, self.group) as letters:
            # First of all: what is read already is certain only when nobody else is still at it.
            sender = TransactionalSender(letters.clients, self.transactional_id, letters.group)
            for some in _groups(letters.unread(), per_transaction):
                self._send(sender, letters, some)
                for letter in some:
                    tally.add(letter, self._wanted.lot(letter))
        return tally

    @property
    def _wanted(self) -> Wanted:
        return Wanted(self.code, self.connection.jobs_topic)

    def _send(
        self, sender: TransactionalSender, letters: DeadLetters, some: Sequence[Incoming]
    ) -> None:
        jobs = [job_again(letter) for letter in some if self._wanted.lot(letter) is Lot.REDRIVEN]
        sender.send(self.connection.jobs_topic, jobs, letters.positions_behind(some))


def _groups(letters: Iterator[Incoming], size: int) -> Iterator[Sequence[Incoming]]:
    while some := list(islice(letters, size)):
        yield some
