"""`turnstream submit`: ask workers about audio, and wait for the answers if told to."""

from producer_tools.options import Bootstrap
from producer_tools.submit import options as option


def submit(  # noqa: PLR0913 - the parameters are the command line
    sources: option.Sources,
    *,
    bootstrap: Bootstrap = None,
    operation: option.OperationName = "diarize",
    speakers: option.Speakers = None,
    at_least: option.AtLeast = None,
    at_most: option.AtMost = None,
    ranges: option.Ranges = None,
    model: option.Model = None,
    channel: option.Channel = None,
    metadata: option.MetadataPairs = None,
    job_id: option.JobId = None,
    deadline: option.Deadline = None,
    recompute: option.Recompute = None,
    upload: option.UploadTo = None,
    output: option.OutputUri = None,
    formats: option.Formats = None,
    wait: option.Wait = False,
    timeout: option.Timeout = 3600.0,
) -> None:
    """Ask workers who spoke when in audio files or stored objects, or what the voices are like.

    Prints one job id per line. Jobs belong to the trace that TRACEPARENT names, if it is set.
    """
    import os
    from datetime import UTC, datetime

    from producer_tools.kafka.connection import kafka_connection
    from producer_tools.submit.job_request import (
        JobRequest,
        parse_deadline,
        parse_metadata,
        parse_range,
    )
    from producer_tools.submit.ordering import Order, run

    request = JobRequest(
        operation=operation,
        num_speakers=speakers,
        min_speakers=at_least,
        max_speakers=at_most,
        ranges=[parse_range(text) for text in ranges or ()],
        model=model,
        channel=channel,
        output_uri=output,
        formats=tuple(formats or (option.Format.JSON,)),
        deadline=parse_deadline(deadline, datetime.now(UTC)) if deadline else None,
        recompute_id=recompute,
        metadata=parse_metadata(metadata or ()),
    )
    trace = os.environ.get("TRACEPARENT")
    order = Order(sources, request, upload, job_id, os.fsencode(trace) if trace else None)
    run(order, kafka_connection(bootstrap), timeout if wait else None)
