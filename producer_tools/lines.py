"""Say in one line for people what happened to a job."""

from dataclasses import dataclass
from datetime import UTC, datetime

from rich.text import Text

from producer_tools.kafka.messages import Incoming
from schemas.codec import SchemaError, decode_job, decode_result
from schemas.dead_letter import DeadLetter
from schemas.diarization import DiarizationResult
from schemas.embedding import EmbedResult
from schemas.operation import OperationResult
from schemas.result import Result

STATUS_STYLES = {"succeeded": "green", "failed": "red", "expired": "yellow"}
_NAME_WIDTH = 28


def result_line(result: Result) -> Text:
    """Time, status, job, and either who spoke or why there is no answer."""
    line = _Line(result.completed_at, result.status, STATUS_STYLES.get(result.status, "magenta"))
    told = _why(result) if result.error else _what(result)
    return line.text(result.job_id or str(result.origin.position), told)


def dead_letter_line(incoming: Incoming) -> Text:
    """Time, code and job of a dead letter, and where its job stood."""
    letter = DeadLetter(incoming.key, incoming.value or b"", incoming.headers)
    try:
        failure = letter.failure
    except SchemaError as error:
        return unreadable_line(incoming, error)
    cut = " (truncated)" if letter.truncated else ""
    told = f"{failure.code}: {failure.message} (job at {failure.position}){cut}"
    return _Line(failure.failed_at, "letter", "red").text(_job_id(letter), told)


def unreadable_line(incoming: Incoming, error: SchemaError) -> Text:
    """Say that a message is not of this contract, and why."""
    line = _Line(incoming.written_at, "unreadable", "magenta")
    return line.text(str(incoming.position), str(error))


def describe_result(incoming: Incoming) -> Text:
    """Say what a message of the results topic says."""
    try:
        return result_line(decode_result(incoming.value or b""))
    except SchemaError as error:
        return unreadable_line(incoming, error)


def count(number: int, noun: str) -> str:
    """Write `1 turn`, `2 turns`."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


@dataclass(frozen=True, slots=True)
class _Line:
    moment: datetime
    status: str
    style: str

    def text(self, name: str, told: str) -> Text:
        """Lay the line out; nothing in it can be a terminal's command."""
        time = self.moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        return Text.assemble(
            (time, "dim"),
            "  ",
            (f"{self.status:10}", self.style),
            "  ",
            (f"{_printable(name):{_NAME_WIDTH}}", "bold"),
            "  ",
            _printable(told),
        )


def _what(result: Result) -> str:
    parts = _found(result.result)
    if result.audio and result.audio.duration_seconds is not None:
        parts.append(f"{result.audio.duration_seconds:.1f} s of audio")
    if result.reused:
        parts.append("reused")
    parts += [warning.code for warning in result.warnings]
    parts += [str(output.uri) for output in result.outputs if output.format == "json"]
    return ", ".join(parts)


def _found(answer: OperationResult | None) -> list[str]:
    match answer:
        case DiarizationResult():
            turns = count(len(answer.diarization), "turn")
            return [count(len(answer.speakers), "speaker"), turns]
        case EmbedResult():
            heard = sum(each.vector is not None for each in answer.embeddings)
            return [count(heard, "voiceprint")]
        case _:
            return []


def _why(result: Result) -> str:
    error = result.error
    return f"{error.code}: {error.message}" if error else ""


def _job_id(letter: DeadLetter) -> str:
    try:
        return decode_job(letter.value).job_id
    except SchemaError as error:
        return error.job_id or "(no job id)"


def _printable(text: str) -> str:
    return "".join(character if character.isprintable() else "�" for character in text)
