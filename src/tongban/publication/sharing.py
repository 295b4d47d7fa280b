"""What to share next: which register, were it read, would spare people most papers, trips and questions in a year.

A register is what an authority of the city issues or decides and nobody may read yet, or one outside the city that the
vocabulary names (`kept_in` of a paper). For each, every service that asks for something in it is planned twice, as it
is and with the register read; what that spares one application, times the applications of a year, is what sharing it
saves. Nothing is estimated but how often a service is asked for, where nobody has counted.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from typing import Any, Final

from tongban.catalog.model import Catalog, ServiceDefinition
from tongban.catalog.supply import Supply, split
from tongban.catalog.vocabulary import Text, Type
from tongban.planner.plan import Cost
from tongban.planner.planning import plan
from tongban.planner.problems import PlanError
from tongban.planner.request import Request
from tongban.publication import calendars

ASSUMED: Final = 1_000
"""How often in a year each service is asked for, where nobody has counted."""
BURDENS: Final = ("trips", "papers", "questions", "days")
"""What a plan costs, in the order of `Cost`."""
OUTSIDE: Final = "outside:"
Key = tuple[str, str]
"""A type and the name of an attribute of it."""


@dataclass(frozen=True, slots=True)
class Register:
    """What could be read: by an authority of the city, or outside it (``authority`` None). ``papers`` prove it."""

    id: str
    title: Text
    authority: str | None
    attributes: frozenset[Key]
    papers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Change:
    """One application for a service as it is and with a register read: trips, papers, questions, working days.

    ``asked``: what of the register the service asks for.
    """

    service: str
    before: Cost
    after: Cost
    asked: frozenset[Key] = frozenset()

    @property
    def saved(self) -> dict[str, int]:
        """What one application is spared."""
        return {name: max(0, was - now) for name, was, now in zip(BURDENS, self.before, self.after, strict=True)}


@dataclass(frozen=True, slots=True)
class Exchange:
    """A register with every service that reading it would change."""

    register: Register
    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True)
class Saving:
    """What sharing a register would save in a year; ``times`` is how often each of its services is asked for."""

    exchange: Exchange
    times: Mapping[str, int]

    @property
    def a_year(self) -> dict[str, int]:
        """The figures of a year."""
        changes = self.exchange.changes
        return {name: sum(one.saved[name] * self.times[one.service] for one in changes) for name in BURDENS}

    @property
    def rank(self) -> tuple[int, int, int, str]:
        """Papers first, then trips, then questions."""
        a_year = self.a_year
        return -a_year["papers"], -a_year["trips"], -a_year["questions"], self.exchange.register.id


def ranked(found: Iterable[Exchange], times: Mapping[str, int] | None) -> list[Saving]:
    """The savings, the largest first; ``times`` is how often services were asked for a year (None: `ASSUMED`)."""
    savings = [
        Saving(
            one, {change.service: ASSUMED if times is None else times.get(change.service, 0) for change in one.changes}
        )
        for one in found
    ]
    return sorted((one for one in savings if any(one.a_year.values())), key=lambda one: one.rank)


def exchanges(catalog: Catalog, on: date) -> tuple[Exchange, ...]:
    """Every register that would spare anybody anything, with the plans before and after."""
    return tuple(one for register in registers(catalog) if (one := _exchange(catalog, register, on)).changes)


@lru_cache(maxsize=4)
def exchanges_of(digest: str, on: date) -> tuple[Exchange, ...]:
    """The same of a publication; needs the database."""
    from tongban.publication import service  # noqa: PLC0415 - `tongban export` asks for `exchanges` without a database

    return exchanges(service.at(digest), on)


def registers(catalog: Catalog) -> list[Register]:
    """What could be read and is not: by what papers prove, and by what services decide and others ask people for."""
    attributes: dict[str, set[Key]] = defaultdict(set)
    papers: dict[str, set[str]] = defaultdict(set)
    titles: dict[str, Text] = {}
    for paper in catalog.evidence.values():
        unread = {(paper.of, name) for name in paper.proves if _is_unread(catalog, (paper.of, name))}
        if unread and (paper.issued_by != "applicant" or paper.kept_in):
            owner = paper.issued_by if paper.kept_in is None else f"{OUTSIDE}{paper.kept_in.en}"
            titles[owner] = paper.kept_in or catalog.authorities[paper.issued_by].title
            attributes[owner] |= unread
            papers[owner].add(paper.id)
    for owner, key in _decided(catalog):
        titles[owner] = catalog.authorities[owner].title
        attributes[owner].add(key)
    return [
        Register(
            owner, titles[owner], None if owner.startswith(OUTSIDE) else owner,
            frozenset(attributes[owner]), tuple(sorted(papers[owner])),
        )
        for owner in sorted(attributes)
    ]  # fmt: skip


def _decided(catalog: Catalog) -> Iterator[tuple[str, Key]]:
    """What a service decides and nobody may read, with the authority that has it."""
    for service in catalog.services.values():
        for one in service.produces:
            role, name = split(one.fact)
            key = service.roles[role].type, name
            if _is_unread(catalog, key):
                yield service.authority, key


def _is_unread(catalog: Catalog, key: Key) -> bool:
    """Whether people are asked for it because nobody holds it and it follows from nothing.

    The key of a type is left out: somebody has to say whom or what it is about.
    """
    kind = catalog.types[key[0]]
    attribute = kind.attributes.get(key[1])
    if attribute is None or kind.key == attribute.name:
        return False
    return attribute.claimable and attribute.held_by is None and attribute.derived is None


def _exchange(catalog: Catalog, register: Register, on: date) -> Exchange:
    """What reading it changes, service by service. A service that decides it itself goes on asking."""
    shared = _with(catalog, register)
    calendar = calendars.of(catalog)
    changes = []
    for service in catalog.services.values():
        asked = frozenset(_asks(catalog, service) & register.attributes)
        if not asked or _makes(service) & register.attributes:
            continue
        request = Request(on, services=(service.id,))
        try:
            change = Change(
                service.id, plan(catalog, request, calendar).cost, plan(shared, request, calendar).cost, asked
            )
        except PlanError:  # not in force on this day
            continue
        if any(change.saved.values()):
            changes.append(change)
    return Exchange(register, tuple(changes))


def _asks(catalog: Catalog, service: ServiceDefinition) -> set[Key]:
    """What a service needs, what that is derived from, and what its papers prove."""
    supply = Supply(catalog.types, {}, ())
    found: set[Key] = set()
    waiting = [attribute for need in service.needs if (attribute := supply.attribute(service, need.fact))]
    while waiting:
        one = waiting.pop()
        if (one.type, one.name) not in found:
            found.add((one.type, one.name))
            known = catalog.types[one.type].attributes
            waiting += [known[name] for name in one.derived_from if name in known]
    papers = (catalog.evidence[need.evidence] for need in service.evidence)
    return found | {(paper.of, name) for paper in papers for name in paper.proves}


def _makes(service: ServiceDefinition) -> set[Key]:
    return {(service.roles[role].type, name) for role, name in (split(one.fact) for one in service.produces)}


def _with(catalog: Catalog, register: Register) -> Catalog:
    """The same city in which this register is read."""

    def read(kind: Type) -> Type:
        held = {name for type_id, name in register.attributes if type_id == kind.id}
        changed = {
            name: replace(one, held_by=register.id) if name in held else one for name, one in kind.attributes.items()
        }
        return replace(kind, attributes=changed) if held else kind

    types = {name: read(kind) for name, kind in catalog.types.items()}
    return replace(catalog, types=types, digest=f"{catalog.digest}+{register.id}")


def sharing_json(catalog: Catalog, on: date, times: Mapping[str, int] | None) -> dict[str, Any]:
    """All of it as plain data, the form of `tongban export sharing`."""
    return {
        "on": on.isoformat(),
        "counted": times is not None,
        "assumed_applications_of_each_service": None if times is not None else ASSUMED,
        "registers": [_json(catalog, one) for one in ranked(exchanges(catalog, on), times)],
    }


def _json(catalog: Catalog, saving: Saving) -> dict[str, Any]:
    register = saving.exchange.register
    return {
        "id": register.id,
        "title": register.title.to_json(),
        "authority": register.authority,
        "attributes": sorted(f"{kind}.{name}" for kind, name in register.attributes),
        "papers": [{"id": each, "title": catalog.evidence[each].label.to_json()} for each in register.papers],
        "saved_a_year": saving.a_year,
        "services": [
            {
                "id": one.service,
                "title": catalog.services[one.service].title.to_json(),
                "applications_a_year": saving.times[one.service],
                "before": dict(zip(BURDENS, one.before, strict=True)),
                "after": dict(zip(BURDENS, one.after, strict=True)),
                "saved": one.saved,
                "facts": sorted(f"{kind}.{name}" for kind, name in one.asked),
            }
            for one in saving.exchange.changes
        ],
    }
