"""Say which operations version 1 of the contract knows."""

from schemas.diarization import DiarizationResult, DiarizeParams
from schemas.operation import Shapes

DIARIZE = "diarize"

V1 = Shapes(params={DIARIZE: DiarizeParams}, results={DIARIZE: DiarizationResult})
