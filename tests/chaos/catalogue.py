"""How often does which fault come, how long does it last, and whom does it choose?"""

import signal
from collections.abc import Callable, Mapping, Sequence

from tests.chaos import jobs
from tests.chaos.faults import (
    BadWeather,
    BrokersHit,
    CoordinatorHit,
    Ensnared,
    Fault,
    Scaled,
    Signalled,
    Storm,
    Submitted,
    Twinned,
)
from tests.chaos.proxy import Weather
from tests.chaos.schedule import Kind, Lane, Strike
from tests.chaos.world import GROUPS, TRANSACTIONS, Site, World
from tests.scripted.fleet import Member
from tests.scripted.traps import Harm, Step, Trap

Make = Callable[[World, Strike], Fault]
"""Binds a strike to whatever is there when it comes."""

_WORKERS, _BROKERS, _STORES, _JOBS = "workers", "brokers", "stores", "jobs"
_MOST_WORKERS = 4
_KILL, _TERM, _STOP = signal.SIGKILL, signal.SIGTERM, signal.SIGSTOP


def lanes(sites: int) -> Sequence[Lane]:
    """What can be hit, in how many places."""
    return [Lane(_BROKERS, 1), *(Lane(name, sites) for name in (_WORKERS, _STORES, _JOBS))]


def _worker(world: World, strike: Strike) -> Member:
    wanted = world.sites[strike.target].fleet.wanted
    return wanted[strike.choice % len(wanted)]


def _signalled(number: signal.Signals) -> Make:
    return lambda world, strike: Signalled(_worker(world, strike), number)


def _ensnared(trap: Trap) -> Make:
    return lambda world, strike: Ensnared(_worker(world, strike), trap)


def _twinned(world: World, strike: Strike) -> Fault:
    return Twinned(world.sites[strike.target], _worker(world, strike).instance)


def _scaled(world: World, strike: Strike) -> Fault:
    return Scaled(world.sites[strike.target], most=_MOST_WORKERS, fewest=1)


def _resized(world: World, strike: Strike) -> Fault:
    size = 2 + strike.choice % 2
    return Scaled(world.sites[strike.target], most=size, fewest=size)


def _storm(world: World, strike: Strike) -> Fault:
    return Storm(world.sites[strike.target])


def _one_broker(number: signal.Signals) -> Make:
    def make(world: World, strike: Strike) -> Fault:
        brokers = world.cluster.brokers
        return BrokersHit([brokers[strike.choice % len(brokers)]], number)

    return make


def _all_brokers(number: signal.Signals) -> Make:
    return lambda world, _: BrokersHit(list(world.cluster.brokers), number)


def _coordinator(topic: str, number: signal.Signals) -> Make:
    def make(world: World, strike: Strike) -> Fault:
        site: Site = world.sites[strike.choice % len(world.sites)]
        return CoordinatorHit(world, site, site.fleet.wanted[0], topic, number)

    return make


def _weather(weather: Weather) -> Make:
    return lambda world, strike: BadWeather(world.sites[strike.target], weather)


def _submitted(kind: jobs.Kind, count: int) -> Make:
    return lambda world, strike: Submitted(world.sites[strike.target], kind, count)


_BY_KIND: Mapping[Kind, Make] = {
    # name, lane, weight, shortest, longest
    Kind("worker-killed", _WORKERS, 4, 4, 8): _signalled(_KILL),
    **{
        Kind(f"worker-killed-{step}", _WORKERS, 3, 4, 8): _ensnared(Trap(step, number=_KILL))
        for step in Step
    },
    Kind("worker-asked-to-leave", _WORKERS, 4, 3, 6): _signalled(_TERM),
    Kind("worker-frozen", _WORKERS, 3, 8, 11): _signalled(_STOP),
    Kind("worker-frozen-in-transaction", _WORKERS, 4, 8, 14): _ensnared(
        Trap(Step.IN_TRANSACTION, number=_STOP)
    ),
    Kind("client-call-hangs", _WORKERS, 3, 10, 20): _ensnared(Trap(Step.MESSAGES_SENT, Harm.HANG)),
    Kind("transaction-refused", _WORKERS, 2, 2, 4): _ensnared(
        Trap(Step.MESSAGES_SENT, Harm.REFUSAL)
    ),
    Kind("twin", _WORKERS, 3, 5, 8): _twinned,
    Kind("scaled-to-4-and-1", _WORKERS, 2, 12, 20): _scaled,
    Kind("resized", _WORKERS, 4, 3, 5): _resized,
    Kind("rebalance-storm", _WORKERS, 2, 8, 12): _storm,
    Kind("broker-killed", _BROKERS, 3, 4, 10): _one_broker(_KILL),
    Kind("broker-frozen", _BROKERS, 2, 4, 12): _one_broker(_STOP),
    Kind("group-coordinator-killed", _BROKERS, 2, 4, 10): _coordinator(GROUPS, _KILL),
    Kind("group-coordinator-frozen", _BROKERS, 2, 4, 12): _coordinator(GROUPS, _STOP),
    Kind("transaction-coordinator-killed", _BROKERS, 2, 4, 10): _coordinator(TRANSACTIONS, _KILL),
    Kind("transaction-coordinator-frozen", _BROKERS, 2, 4, 12): _coordinator(TRANSACTIONS, _STOP),
    Kind("all-brokers-killed", _BROKERS, 0.3, 30, 30): _all_brokers(_KILL),
    Kind("all-brokers-frozen", _BROKERS, 0.3, 30, 30): _all_brokers(_STOP),
    Kind("store-slow", _STORES, 2, 5, 12): _weather(Weather.SLOW),
    Kind("store-cuts", _STORES, 2, 4, 10): _weather(Weather.CUTTING),
    Kind("store-stopped", _STORES, 2, 4, 10): _weather(Weather.REFUSING),
    Kind("store-silent", _STORES, 2, 4, 10): _weather(Weather.SILENT),
    Kind("store-answers-500", _STORES, 2, 4, 10): _weather(Weather.FAILING),
    Kind("store-answers-503", _STORES, 2, 4, 10): _weather(Weather.THROTTLING),
    Kind("job-segfaults", _JOBS, 0.5, 40, 60): _submitted(jobs.Kind.SEGFAULTING, 1),
    Kind("job-killed-for-memory", _JOBS, 0.5, 40, 60): _submitted(jobs.Kind.KILLED, 1),
    Kind("job-eats-memory", _JOBS, 1, 2, 4): _submitted(jobs.Kind.EXHAUSTING, 1),
    Kind("job-outlasts-poll-interval", _JOBS, 1, 10, 12): _submitted(jobs.Kind.LONG, 1),
    Kind("jobs-undecodable", _JOBS, 1, 1, 3): _submitted(jobs.Kind.UNDECODABLE, 5),
    Kind("jobs-submitted-twice", _JOBS, 1, 1, 3): _submitted(jobs.Kind.TWICE, 10),
    Kind("objects-deleted", _JOBS, 1, 1, 3): _submitted(jobs.Kind.DELETED, 10),
    Kind("objects-replaced", _JOBS, 1, 1, 3): _submitted(jobs.Kind.REPLACED, 10),
    Kind("foreign-objects", _JOBS, 1, 1, 3): _submitted(jobs.Kind.FOREIGN_OBJECT, 5),
}

KINDS: Sequence[Kind] = tuple(_BY_KIND)
_MAKERS = {kind.name: make for kind, make in _BY_KIND.items()}


def fault(world: World, strike: Strike) -> Fault:
    """Bind a strike to the world as it is now."""
    return _MAKERS[strike.kind](world, strike)
