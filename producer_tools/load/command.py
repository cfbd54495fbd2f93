"""`turnstream load`: send a load of jobs, and measure what becomes of it."""

from producer_tools.load import options as option
from producer_tools.options import Bootstrap
from producer_tools.submit.options import OutputUri, UploadTo


def load(  # noqa: PLR0913 - the parameters are the command line
    sources: option.Sources = None,
    *,
    bootstrap: Bootstrap = None,
    rate: option.Rate = None,
    burst: option.Burst = None,
    jobs: option.Jobs = None,
    seconds: option.Seconds = None,
    seed: option.Seed = 0,
    mix: option.OperationMix = "diarize",
    models: option.ModelMix = None,
    synthesize: option.Synthesize = False,
    durations: option.Durations = "10s=70,60s=20,600s=10",
    name: option.Name = None,
    upload: UploadTo = None,
    output: OutputUri = None,
    await_results: option.Await = False,
    timeout: option.Timeout = 3600.0,
    json_file: option.JsonFile = None,
) -> None:
    """Send jobs at a rate, in bursts, of a mix: all from a seed, and without waiting for workers.

    Ctrl-C ends the sending; while results are awaited, a second one ends that too.
    """
    from math import inf
    from secrets import token_hex

    from producer_tools.kafka.connection import kafka_connection
    from producer_tools.load.arrivals import CALM, Arrivals, parse_bursts
    from producer_tools.load.jobs import JobWriter
    from producer_tools.load.loading import Audio, LoadOrder, run
    from producer_tools.load.mix import parse_mix
    from producer_tools.load.plan import WORKERS_MODEL, LoadPlan
    from producer_tools.load.spans import parse_span

    arrivals = Arrivals(rate or inf, parse_bursts(burst) if burst else CALM, jobs, seconds or inf)
    plan = LoadPlan(
        seed,
        arrivals,
        parse_mix("--mix", mix, str),
        parse_mix("--models", models, str) if models else WORKERS_MODEL,
    )
    made_up = parse_mix("--durations", durations, parse_span) if synthesize else None
    order = LoadOrder(
        plan,
        Audio(sources or (), made_up, upload),
        JobWriter(name or f"load-{token_hex(4)}", output),
        timeout if await_results else None,
    )
    run(order, kafka_connection(bootstrap), json_file)
