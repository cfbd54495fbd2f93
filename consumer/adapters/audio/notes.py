"""What should a reader know about audio that could be decoded, but not quite as it should?"""

from collections.abc import Iterator

from consumer.adapters.audio.wire import Findings
from schemas.codes import WarningCode
from schemas.result import ResultWarning

_SHORT_SECONDS, _SHORT_SHARE = 0.5, 0.02
"""Padding, priming and rounding stay below; a lost second of a short call does not."""


def warnings(findings: Findings) -> tuple[ResultWarning, ...]:
    """Return one warning that names everything that is missing or broken, or none."""
    problems = tuple(_problems(findings))
    if not problems:
        return ()
    return (ResultWarning(code=WarningCode.AUDIO_TRUNCATED, message="; ".join(problems)),)


def _problems(findings: Findings) -> Iterator[str]:
    decoded, promised = findings.decoded_seconds, findings.promised_seconds
    if promised is not None and promised - decoded > _tolerated(promised):
        yield f"the header promises {promised:.1f} s, {decoded:.1f} s could be decoded"
    if findings.is_cut:
        yield f"the file ends in the middle of its audio, after {decoded:.1f} s"
    if findings.broken_packets:
        yield f"{findings.broken_packets} broken packets were left out"
    if findings.missing_seconds > _tolerated(decoded):
        yield f"{findings.missing_seconds:.1f} s are missing within, filled with silence"
    if findings.unusable_samples:
        yield f"{findings.unusable_samples} samples were no numbers or absurd, taken as silence"


def _tolerated(seconds: float) -> float:
    return max(_SHORT_SECONDS, _SHORT_SHARE * seconds)
