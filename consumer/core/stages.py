"""What does the loop ask of the stages that do the work?"""

from collections.abc import Collection, Iterable
from typing import Protocol

from consumer.core.offsets import Ticket
from consumer.core.work import Completion


class Stages(Protocol):
    """Everything between a job that may start and the messages about its end."""

    @property
    def on_device(self) -> Collection[Ticket]:
        """The batch that the device works on now."""

    @property
    def nearly_done(self) -> Collection[Ticket]:
        """What is on the device, or past it."""

    def has_store_answered(self) -> bool:
        """Whether a download has succeeded since this was last asked: its job may take hours."""

    @property
    def audio_seconds(self) -> float:
        """Of all that was submitted and has not completed, as far as it is known."""

    @property
    def held_bytes(self) -> int:
        """Of decoded samples in memory."""

    def hurry(self) -> None:
        """Time is short: let what is ready begin without waiting for company."""

    def submit(self, ticket: Ticket) -> None: ...
    def completions(self) -> Iterable[Completion]: ...
