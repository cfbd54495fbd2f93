"""Say which operations version 1 of the contract knows, and read the parts they shape."""

from pydantic import ValidationInfo

from schemas.diarization import DiarizationResult, DiarizeParams
from schemas.embedding import EmbedParams, EmbedResult
from schemas.operation import OperationParams, OperationResult, Shapes, shaped

DIARIZE = "diarize"
EMBED = "embed"

V1 = Shapes(
    params={DIARIZE: DiarizeParams, EMBED: EmbedParams},
    results={DIARIZE: DiarizationResult, EMBED: EmbedResult},
    formats={DIARIZE: ("rttm",)},
)


def read_params(value: object, info: ValidationInfo) -> OperationParams:
    """Read the parameters of the operation that stands before them in the message."""
    shapes: Shapes = info.context or V1
    return shaped(value, shapes.params.get(_operation(info)), OperationParams, shapes.extra)


def read_result(value: object, info: ValidationInfo) -> OperationResult:
    """Read the answer of the operation that stands before it in the message."""
    shapes: Shapes = info.context or V1
    return shaped(value, shapes.results.get(_operation(info)), OperationResult, shapes.extra)


def _operation(info: ValidationInfo) -> str:
    # Absent when it is null, or invalid and already complained about.
    return info.data.get("operation") or ""
