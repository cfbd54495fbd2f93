"""Whether the asked number of speakers can be had, and whether it was."""

from consumer.core.errors import SpeakerBoundsImpossible
from consumer.core.model import SpeakerBounds
from schemas.codes import WarningCode
from schemas.result import ResultWarning


def limits(bounds: SpeakerBounds) -> tuple[int, float]:
    """Return the fewest and the most speakers; an exact number overrides both, as in stock.

    Raises `SpeakerBoundsImpossible` when no number can satisfy them.
    """
    fewest = bounds.num_speakers or bounds.min_speakers or 1
    most = bounds.num_speakers or bounds.max_speakers or float("inf")
    if fewest > most:
        raise SpeakerBoundsImpossible(
            f"no recording has at least {fewest} and at most {most} speakers, which was asked for"
        )
    return fewest, most


def missed(bounds: SpeakerBounds, speakers_found: int) -> tuple[ResultWarning, ...]:
    """Warn when the recording did not hold as many speakers as were asked for."""
    fewest, most = limits(bounds)
    if fewest <= speakers_found <= most or bounds == SpeakerBounds():
        return ()
    return (
        ResultWarning.of(
            WarningCode.SPEAKER_BOUNDS_IMPOSSIBLE,
            f"{speakers_found} speakers were found where {_asked(bounds)} were asked for: "
            "the recording may be too short, or hold fewer voices",
        ),
    )


def _asked(bounds: SpeakerBounds) -> str:
    if bounds.num_speakers:
        return f"exactly {bounds.num_speakers}"
    asked = (("at least", bounds.min_speakers), ("at most", bounds.max_speakers))
    return " and ".join(f"{word} {number}" for word, number in asked if number)
