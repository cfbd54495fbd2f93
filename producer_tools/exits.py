"""Say with which exit code and which sentence a command ends when something is wrong."""

from enum import IntEnum
from typing import ClassVar


class ExitCode(IntEnum):
    """What scripts may rely on."""

    SUCCEEDED = 0
    FAILED = 1
    USAGE = 2
    UNREACHABLE = 3
    TIMED_OUT = 4


EXIT_CODES_HELP = (
    "Exit codes: 0 done, and every job that was waited for succeeded; 1 a job or a check failed; "
    "2 wrong usage; 3 broker or object store unreachable; 4 timed out."
)


class ClientError(Exception):
    """A command cannot go on; the message is one sentence that says what to do about it."""

    exit_code: ClassVar[ExitCode] = ExitCode.FAILED


class WrongUsage(ClientError):
    """What was asked for makes no sense as it stands."""

    exit_code = ExitCode.USAGE


class BrokerUnreachable(ClientError):
    """No broker answers, or it refuses us."""

    exit_code = ExitCode.UNREACHABLE


class BrokerRefuses(ClientError):
    """A broker answers, but will not do what is needed."""

    exit_code = ExitCode.UNREACHABLE


class StoreUnreachable(ClientError):
    """The object store does not answer, or it refuses us."""

    exit_code = ExitCode.UNREACHABLE


class NotFinishedInTime(ClientError):
    """The time given has passed before everything had ended."""

    exit_code = ExitCode.TIMED_OUT
