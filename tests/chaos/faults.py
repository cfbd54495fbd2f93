"""Which kinds of faults are there, and how does each begin and end?"""

import signal
import time
from dataclasses import dataclass, field
from typing import Protocol

from confluent_kafka import KafkaException

from tests.chaos import jobs
from tests.chaos.proxy import Weather
from tests.chaos.world import GROUPS, Site, World
from tests.scripted.fleet import Member
from tests.scripted.traps import Step, Trap
from tests.stack.processes import ServerProcess

_STORM_SECONDS = 1.5
_TRAP_SECONDS = 2.0


class Fault(Protocol):
    """One fault that strikes; all calls come from one thread and never wait."""

    def begin(self) -> None: ...
    def tick(self) -> None: ...
    def end(self) -> None: ...


class Brief:
    """A fault that needs nothing between its beginning and its end."""

    def tick(self) -> None:
        """Nothing to do."""


@dataclass(slots=True)
class Signalled(Brief):
    """A worker gets a signal; one that was stopped goes on at the end, as a zombie."""

    member: Member
    number: signal.Signals

    def begin(self) -> None:
        self.member.send(self.number)

    def end(self) -> None:
        self.member.send(signal.SIGCONT)


@dataclass(slots=True)
class Ensnared(Brief):
    """A worker steps into a trap."""

    member: Member
    trap: Trap

    def begin(self) -> None:
        self.member.set_trap(self.trap)

    def end(self) -> None:
        self.member.remove_trap()
        self.member.send(signal.SIGCONT)


@dataclass(slots=True)
class Twinned(Brief):
    """A second process uses the transactional id of a living worker."""

    site: Site
    instance: str
    twin: Member | None = None

    def begin(self) -> None:
        self.twin = self.site.fleet.add_twin(self.instance)

    def end(self) -> None:
        if self.twin is not None:
            self.twin.send(signal.SIGTERM)


@dataclass(slots=True)
class Scaled(Brief):
    """Workers are added, and taken away again."""

    site: Site
    most: int
    fewest: int

    def begin(self) -> None:
        self.site.fleet.resize(self.most)

    def end(self) -> None:
        self.site.fleet.resize(self.fewest)


@dataclass(slots=True)
class Storm:
    """A worker comes and goes, so that the group never rests."""

    site: Site
    size: int = 0
    turned_at: float = 0.0

    def begin(self) -> None:
        self.size = len(self.site.fleet.wanted)

    def tick(self) -> None:
        if time.monotonic() - self.turned_at > _STORM_SECONDS:
            self.turned_at = time.monotonic()
            is_there = len(self.site.fleet.wanted) > self.size
            self.site.fleet.resize(self.size if is_there else self.size + 1)

    def end(self) -> None:
        self.site.fleet.resize(self.size)


@dataclass(slots=True)
class BrokersHit(Brief):
    """Brokers are killed or stopped, and come back."""

    brokers: list[ServerProcess]
    number: signal.Signals

    def begin(self) -> None:
        for broker in self.brokers:
            hit(broker, self.number)

    def end(self) -> None:
        for broker in self.brokers:
            heal(broker)


@dataclass(slots=True)
class CoordinatorHit:
    """The broker that coordinates a group or its transactions goes in mid-transaction."""

    world: World
    site: Site
    member: Member
    topic: str
    number: signal.Signals
    broker: ServerProcess | None = None
    since: float = field(default_factory=time.monotonic)

    def begin(self) -> None:
        group, instance = self.site.service.group, self.member.instance
        name = group if self.topic == GROUPS else f"turnstream-{group}-{instance}"
        try:
            self.broker = self.world.coordinator(self.topic, name)
        except KafkaException:
            self.broker = None
        if self.broker is not None:
            self.member.set_trap(Trap(Step.IN_TRANSACTION, number=self.number, pid=self.broker.pid))

    def tick(self) -> None:
        """Do it ourselves when the worker has nothing to publish."""
        overdue = time.monotonic() - self.since > _TRAP_SECONDS
        if self.broker is not None and overdue and self.member.is_trapped:
            self.member.remove_trap()
            hit(self.broker, self.number)

    def end(self) -> None:
        self.member.remove_trap()
        if self.broker is not None:
            heal(self.broker)


@dataclass(slots=True)
class BadWeather(Brief):
    """The link between a service and its store is disturbed."""

    site: Site
    weather: Weather

    def begin(self) -> None:
        self.site.link.weather = self.weather

    def end(self) -> None:
        self.site.link.weather = Weather.FAIR


@dataclass(slots=True)
class Submitted(Brief):
    """Jobs come in that are no ordinary ones."""

    site: Site
    kind: jobs.Kind
    count: int

    def begin(self) -> None:
        self.site.submitter.inject(self.kind, self.count)

    def end(self) -> None:
        """They stay."""


def hit(broker: ServerProcess, number: signal.Signals) -> None:
    """Kill or stop it, unless it is down already."""
    if broker.is_running():
        if number is signal.SIGKILL:
            broker.kill()
        else:
            broker.pause()


def heal(broker: ServerProcess) -> None:
    """Whatever happened to it, it runs."""
    if broker.is_running():
        broker.resume()
    else:
        broker.start()
