"""What does every example print for the golden results?"""

from pathlib import Path

SCHEMAS = Path(__file__).parents[3] / "schemas"
_EXAMPLES = SCHEMAS / "examples"
_DEADLINE = "the deadline 2026-11-22T10:15:00.000Z passed before the device was reached"
_UNREADABLE = "the message: is not JSON: Expecting value at line 1, column 1"
_MISSING = "no such object: s3://calls/2026/11/22/0017 #2+ü.flac"
_STORED = "s3://results/calls/call-2026-11-22-0017/396a32ce979e4e6b.json"
_ENDINGS = {
    "embed": "120456 call-2026-11-22-0017-voices succeeded embed",
    "expired": f"120458 call-2026-11-22-0017 expired deadline_passed (final): {_DEADLINE}",
    "failed-unreadable-job": f"120457 - failed invalid_job (final): {_UNREADABLE}",
    "failed": f"120456 call-2026-11-22-0017 failed audio_not_found (final): {_MISSING}",
    "from-a-later-version": "120455 call-2026-11-22-0017 succeeded turns=3",
    "succeeded-inline": "120455 call-2026-11-22-0017 succeeded turns=3",
    "succeeded-not-inline": f"120455 call-2026-11-22-0017 succeeded in {_STORED}",
    "succeeded-reused": "120460 call-2026-11-22-0017 succeeded turns=3",
}
LINES = {name: f"turnstream.jobs/3/{ending}" for name, ending in _ENDINGS.items()}
"""The line of each, by its name."""


def job() -> bytes:
    """The golden job with every field."""
    return (_EXAMPLES / "job-full.json").read_bytes()


def result(name: str) -> bytes:
    """A golden result, by its name."""
    return (_EXAMPLES / f"result-{name}.json").read_bytes()


def names() -> list[str]:
    """Of all golden results."""
    return [path.stem.removeprefix("result-") for path in sorted(_EXAMPLES.glob("result-*.json"))]
