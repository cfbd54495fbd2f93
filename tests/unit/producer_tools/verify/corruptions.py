"""What can go wrong with a history, one thing at a time, and as what it must be found."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from hashlib import sha256

from producer_tools.verify.verdict import Finding
from schemas.codec import decode_stored
from schemas.commit_metadata import Progress
from schemas.dead_letter import DeadLetter
from schemas.result import Result
from tests.unit.producer_tools.verify.history import FAILURES, Fate, History, Spot, store


@dataclass(frozen=True)
class Corruption:
    """Something that is done to a message of one of these fates."""

    name: str
    victims: tuple[Fate, ...]
    corrupt: Callable[[History, Spot], None]
    findings: frozenset[Finding]


CORRUPTIONS: list[Corruption] = []
Corrupt = Callable[[History, Spot], None]


def found_as(*findings: Finding, victims: tuple[Fate, ...]) -> Callable[[Corrupt], Corrupt]:
    """Note how a corruption must be found."""

    def noted(corrupt: Corrupt) -> Corrupt:
        name = corrupt.__name__.removeprefix("_")
        CORRUPTIONS.append(Corruption(name, victims, corrupt, frozenset(findings)))
        return corrupt

    return noted


INLINE = (Fate.SUCCEEDED,)
STORED = (Fate.SUCCEEDED, Fate.UNINLINED)


@found_as(Finding.LOST, victims=(Fate.SUCCEEDED, Fate.EXPIRED))
def _result_never_published(made: History, spot: Spot) -> None:
    made.results.remove(made.result_of(spot))


@found_as(Finding.LOST, Finding.DEAD_LETTERS_WITHOUT_FAILURE, victims=FAILURES)
def _failure_told_by_a_letter_alone(made: History, spot: Spot) -> None:
    made.results.remove(made.result_of(spot))


@found_as(Finding.LOST, victims=(Fate.OPEN,))
def _commit_past_an_unfinished_job(made: History, spot: Spot) -> None:
    progress = made.progress[spot.partition]
    still_open = {offset: mark for offset, mark in progress.open.items() if offset != spot.offset}
    made.progress[spot.partition] = Progress(progress.end, still_open)


@found_as(Finding.DUPLICATED, victims=(*STORED, Fate.EXPIRED, *FAILURES))
def _result_published_twice(made: History, spot: Spot) -> None:
    made.results.append(made.result_of(spot))


@found_as(Finding.DUPLICATED, Finding.DUPLICATES_DIFFER, victims=STORED)
def _second_result_with_another_object(made: History, spot: Spot) -> None:
    result = made.result_of(spot)
    data = made.objects[result.outputs[0].uri].data
    stored = decode_stored(data).model_copy(update={"fingerprint": "f" * 16})
    uri = replace(result.outputs[0].uri, key=f"elsewhere/{'f' * 16}.json")
    output = store(made, uri, stored)
    made.results.append(result.model_copy(update={"outputs": (output,)}))


@found_as(Finding.FOREIGN_RESULTS, victims=STORED)
def _result_of_no_message(made: History, spot: Spot) -> None:
    result = made.result_of(spot)
    origin = result.origin.model_copy(update={"offset": 10_000})
    made.results.append(result.model_copy(update={"origin": origin}))


@found_as(Finding.FOREIGN_RESULTS, victims=STORED)
def _result_of_a_tombstone(made: History, spot: Spot) -> None:
    result = made.result_of(spot)
    grave = made.spots(Fate.TOMBSTONE)[0]
    origin = result.origin.model_copy(update=grave._asdict())
    made.results.append(result.model_copy(update={"origin": origin}))


@found_as(Finding.FOREIGN_RESULTS, Finding.LOST, victims=STORED)
def _result_of_another_message_at_the_same_offset(made: History, spot: Spot) -> None:
    def earlier(result: Result) -> Result:
        moment = result.origin.timestamp
        assert moment is not None
        origin = result.origin.model_copy(update={"timestamp": moment - timedelta(days=1)})
        return result.model_copy(update={"origin": origin})

    made.replace_result(spot, earlier)


@found_as(Finding.FOREIGN_RESULTS, Finding.LOST, victims=(Fate.EXPIRED,))
def _result_of_another_job_under_this_origin(made: History, spot: Spot) -> None:
    made.replace_result(spot, lambda result: result.model_copy(update={"job_id": "another"}))


@found_as(Finding.UNREADABLE_RESULTS, victims=tuple(Fate))
def _message_that_is_no_result(made: History, spot: Spot) -> None:
    made.garbage.append(b'{"status": "done"}')


@found_as(Finding.OBJECTS_MISSING, victims=STORED)
def _object_deleted(made: History, spot: Spot) -> None:
    del made.objects[made.result_of(spot).outputs[0].uri]


@found_as(Finding.OBJECTS_MISMATCHED, victims=STORED)
def _object_cut(made: History, spot: Spot) -> None:
    _overwrite(made, spot, lambda data: data[:-1])


@found_as(Finding.OBJECTS_MISMATCHED, victims=STORED)
def _object_overwritten_with_as_many_bytes(made: History, spot: Spot) -> None:
    _overwrite(made, spot, lambda data: data.replace(b"SPEAKER", b"speaker").replace(b"A", b"B"))


@found_as(Finding.OBJECTS_MISMATCHED, victims=STORED)
def _object_stored_anew(made: History, spot: Spot) -> None:
    uri = made.result_of(spot).outputs[0].uri
    made.objects[uri] = replace(made.objects[uri], etag="another-etag")


@found_as(Finding.OBJECTS_MISMATCHED, victims=INLINE)
def _message_with_another_answer_than_the_object(made: History, spot: Spot) -> None:
    def silenced(result: Result) -> Result:
        answer = result.result
        assert answer is not None
        nobody = answer.model_copy(update={"diarization": (), "speakers": ()})
        return result.model_copy(update={"result": nobody})

    made.replace_result(spot, silenced)


@found_as(Finding.OBJECTS_MISMATCHED, victims=STORED)
def _message_about_other_audio_than_the_object(made: History, spot: Spot) -> None:
    def shorter(result: Result) -> Result:
        assert result.audio is not None
        audio = result.audio.model_copy(update={"duration_seconds": 9.5})
        return result.model_copy(update={"audio": audio})

    made.replace_result(spot, shorter)


@found_as(Finding.OBJECTS_MISMATCHED, victims=STORED)
def _object_of_another_fingerprint(made: History, spot: Spot) -> None:
    _claim_instead(made, spot, _with_another_fingerprint)


@found_as(Finding.OBJECTS_MISMATCHED, victims=STORED)
def _object_that_is_no_result(made: History, spot: Spot) -> None:
    _claim_instead(made, spot, lambda _: b"{}")


@found_as(Finding.FAILED_WITHOUT_DEAD_LETTER, victims=FAILURES)
def _dead_letter_never_published(made: History, spot: Spot) -> None:
    made.letters = [(one, letter) for one, letter in made.letters if one != spot]


@found_as(Finding.DEAD_LETTERS_DUPLICATED, victims=FAILURES)
def _dead_letter_published_twice(made: History, spot: Spot) -> None:
    made.letters += [(one, letter) for one, letter in made.letters if one == spot]


@found_as(Finding.DEAD_LETTERS_WITHOUT_ORIGINAL, victims=FAILURES)
def _dead_letter_without_bytes(made: History, spot: Spot) -> None:
    made.replace_letter(spot, _without_bytes)


@found_as(Finding.DEAD_LETTERS_WITHOUT_ORIGINAL, victims=(Fate.FAILED,))
def _dead_letter_without_key(made: History, spot: Spot) -> None:
    made.replace_letter(spot, lambda letter: replace(letter, key=None))


@found_as(Finding.DEAD_LETTERS_WITHOUT_ORIGINAL, victims=(Fate.FAILED,))
def _dead_letter_without_the_original_headers(made: History, spot: Spot) -> None:
    made.replace_letter(spot, lambda letter: _less(letter, "traceparent"))


@found_as(
    Finding.DEAD_LETTERS_WITHOUT_ORIGINAL, Finding.FAILED_WITHOUT_DEAD_LETTER, victims=FAILURES
)
def _dead_letter_that_does_not_say_of_what(made: History, spot: Spot) -> None:
    made.replace_letter(spot, lambda letter: _less(letter, "x-origin-offset"))


@found_as(
    Finding.DEAD_LETTERS_WITHOUT_ORIGINAL, Finding.FAILED_WITHOUT_DEAD_LETTER, victims=FAILURES
)
def _dead_letter_of_no_message(made: History, spot: Spot) -> None:
    def elsewhere(letter: DeadLetter) -> DeadLetter:
        kept = _less(letter, "x-origin-offset")
        return replace(kept, headers=(*kept.headers, ("x-origin-offset", b"10000")))

    made.replace_letter(spot, elsewhere)


def _overwrite(made: History, spot: Spot, change: Callable[[bytes], bytes]) -> None:
    uri = made.result_of(spot).outputs[0].uri
    made.objects[uri] = replace(made.objects[uri], data=change(made.objects[uri].data))


def _claim_instead(made: History, spot: Spot, change: Callable[[bytes], bytes]) -> None:
    """Store something else, and let the result say so of its bytes."""
    _overwrite(made, spot, change)
    (output,) = made.result_of(spot).outputs
    found = made.objects[output.uri]
    digest = sha256(found.data).hexdigest()
    claimed = output.model_copy(update={"sha256": digest, "size_bytes": len(found.data)})
    made.replace_result(spot, lambda result: result.model_copy(update={"outputs": (claimed,)}))


def _with_another_fingerprint(data: bytes) -> bytes:
    return data.replace(decode_stored(data).fingerprint.encode(), b"0123456789abcdef")


def _without_bytes(letter: DeadLetter) -> DeadLetter:
    kept = _less(letter, "x-value-sha256")
    cut = (("x-value-sha256", sha256(b"").hexdigest().encode()),) if letter.truncated else ()
    return replace(kept, value=b"", headers=(*kept.headers, *cut))


def _less(letter: DeadLetter, name: str) -> DeadLetter:
    return replace(letter, headers=tuple(one for one in letter.headers if one[0] != name))
