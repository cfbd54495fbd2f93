"""Write the job message of each send."""

import json
from dataclasses import dataclass

from producer_tools.exits import WrongUsage
from producer_tools.load.mix import Mix
from producer_tools.load.plan import LoadPlan, Send
from producer_tools.load.recording import Recording
from schemas.codec import SchemaError, decode_job
from schemas.job import Job


@dataclass(frozen=True, slots=True)
class JobWriter:
    """Names jobs after the load: those of two loads never meet, those of one load repeat."""

    load_name: str
    output_uri: str | None = None

    def job(self, send: Send) -> Job:
        """Write the job; raises `WrongUsage` with the path of what a worker would refuse."""
        recording = send.recording
        document = {
            "job_id": f"{self.load_name}-{send.number:06d}",
            "operation": send.operation,
            "audio": {
                "uri": str(recording.uri),
                "sha256": recording.sha256,
                "size_bytes": recording.size_bytes,
                "duration_seconds": recording.duration_seconds,
            },
            "model": send.model,
            "output": {"uri": self.output_uri},
        }
        try:
            return decode_job(json.dumps(document).encode())
        except SchemaError as error:
            raise WrongUsage(str(error)) from error

    def check(self, plan: LoadPlan, recordings: Mix[Recording]) -> None:
        """Write one job of each kind, so that what is wrong is said before anything is sent."""
        for operation in plan.operations.things:
            for model in plan.models.things:
                self.job(Send(0, 0.0, operation, model, recordings.things[0]))
