"""Say which message announces a stored answer, computed now or found."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from schemas.result import Result, StoredResult
from schemas.result_parts import Origin, Output, Timings


@dataclass(frozen=True, slots=True)
class Delivery:
    """What a result message says beyond the stored answer: whose, where, when and by whom."""

    origin: Origin
    outputs: tuple[Output, ...]
    metadata: Mapping[str, str]
    reused: bool
    attempt: int
    worker: str
    completed_at: datetime
    timings: Timings


def announcement(stored: StoredResult, delivery: Delivery) -> Result:
    """Publish what is stored, what we do not know in it included; only the fingerprint stays."""
    answer = {name: getattr(stored, name) for name in StoredResult.model_fields}
    del answer["fingerprint"]
    return Result.model_validate(
        (stored.model_extra or {})
        | answer
        | {
            "origin": delivery.origin,
            "inline": True,
            "outputs": delivery.outputs,
            "metadata": dict(delivery.metadata),
            "reused": delivery.reused,
            "attempt": delivery.attempt,
            "worker": delivery.worker,
            "completed_at": delivery.completed_at,
            "timings": delivery.timings,
        },
        extra="allow",
    )
