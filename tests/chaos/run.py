"""What happens in a run, from the first server to the verdict?"""

import random
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path

from confluent_kafka import KafkaException

from tests.chaos import catalogue, witness
from tests.chaos.conductor import Conductor
from tests.chaos.jobs import JobPlan
from tests.chaos.plan import PARTS, Size
from tests.chaos.proxy import linked
from tests.chaos.report import Report, SiteReport
from tests.chaos.schedule import schedule
from tests.chaos.service import Service
from tests.chaos.submitter import Submitter
from tests.chaos.verification import verify
from tests.chaos.world import Site, World
from tests.scripted.fleet import Fleet
from tests.stack import kafka, minio, versitygw
from tests.stack.messages import lag
from tests.stack.topics import Topics
from tests.stack.workspace import workspace

_LEAVE_SECONDS = 20.0
_LOOK_SECONDS = 1.0
_SUBMITTING_SHARE = 0.95
"""Of the time of disturbance: the last faults hit workers that have less and less to do."""


def run(size: Size, logs: Path) -> Report:
    """Start everything, disturb it, let it recover, and judge; the workers' logs are kept."""
    started = time.monotonic()
    with _world(size) as world:
        kinds = [k for k in catalogue.KINDS if k.longest <= size.longest_fault_seconds]
        lanes = catalogue.lanes(len(world.sites))
        strikes = schedule(size.seed, kinds, lanes, size.faults, size.seconds)
        conductor = Conductor(world, strikes)
        for site in world.sites:
            site.submitter.upload_recordings()
            site.fleet.resize(size.workers)
            site.submitter.start()
        conductor.play(size.seconds)
        for site in world.sites:
            site.submitter.finish()
        if not _settles(conductor, size.settle_seconds):
            for site in world.sites:
                site.fleet.say_where()
        for site in world.sites:
            site.fleet.stop(_LEAVE_SECONDS)
            site.fleet.keep_logs(logs)
        sites = [_judge(site) for site in world.sites]
    return Report(size.seed, sites, conductor.faults, time.monotonic() - started)


def _judge(site: Site) -> SiteReport:
    service = site.service
    return SiteReport(
        name=service.name,
        delivery=service.delivery,
        delivered=site.submitter.delivered,
        problems=site.submitter.problems,
        verified=verify(service),
        heard=witness.hear(service.bootstrap, service.topics),
        exits=site.fleet.exits,
    )


def _settles(conductor: Conductor, seconds: float) -> bool:
    """Wait until every group has committed the end of its topic; False when one does not."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        conductor.rest(_LOOK_SECONDS)
        if all(_is_done(site.service) for site in conductor.world.sites):
            return True
    return False


def _is_done(service: Service) -> bool:
    try:
        return lag(service.bootstrap, service.topics.jobs, service.group) == 0
    except KafkaException:  # the brokers have just come back
        return False


@contextmanager
def _world(size: Size) -> Iterator[World]:
    with ExitStack() as stop_all:
        cluster = stop_all.enter_context(kafka.running(3))
        stores = {
            "minio": stop_all.enter_context(minio.running()),
            "versitygw": stop_all.enter_context(versitygw.running()),
        }
        directory = stop_all.enter_context(workspace("chaos"))
        draw = random.Random(size.seed)
        sites = []
        for part in PARTS:
            store = stores[part.store]
            topics = Topics.created(cluster, size.partitions)
            bucket = store.new_bucket("chaos")
            service = Service(
                part.name, part.protocol, part.delivery, cluster.bootstrap, topics, store, bucket
            )
            plan = JobPlan(random.Random(draw.random()))
            jobs = round(size.jobs * part.share)
            submitter = Submitter(service, plan, jobs, jobs / (size.seconds * _SUBMITTING_SHARE))
            sites.append(stop_all.enter_context(_site(service, submitter, directory)))
        yield World(cluster, sites)


@contextmanager
def _site(service: Service, submitter: Submitter, directory: Path) -> Iterator[Site]:
    """Nobody works and nothing comes in yet."""
    with linked(service.store.port) as link:
        settings = partial(service.worker_settings, endpoint=link.endpoint)
        fleet = Fleet(service.name, directory, settings)
        try:
            yield Site(service, fleet, link, submitter)
        finally:
            fleet.kill()
