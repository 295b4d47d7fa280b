"""How the cases of a service really went, beside what its procedure declares; and all of them as an event log.

The log is OCEL 2.0 (www.ocel-standard.org, JSON): events are steps; objects are cases, applications, offices and
services. It holds nothing of people: cases and applications are numbered anew, and who acted is told by kind alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import orjson

from tongban.casework import store, tallies
from tongban.casework.model import NOT_POSSIBLE, WAITING, WITHDRAWN, Event
from tongban.casework.numbers import id_of
from tongban.casework.tallies import Logged
from tongban.catalog.model import Catalog, ProcedureDefinition

Way = tuple[str | None, str]
PAGE: Final = 500
STRING: Final = "string"
ATTRIBUTES: Final[Mapping[str, tuple[str, ...]]] = {
    "case": ("state", "result"),
    "application": ("bundle",),
    "office": ("title", "level"),
    "service": ("title",),
}
"""The types of objects, each with its attributes."""
HIDDEN: Final = frozenset({"case", "application"})
"""What is named by a number that this log alone knows."""
SAID: Final = ("by", "to", "result")
"""What every event says of itself: who acted (applicant, staff, system, machine), what state and result it led to."""


def declared(procedure: ProcedureDefinition) -> frozenset[Way]:
    """Every way from state to state that a procedure, or the engine beside it, knows."""
    ways: set[Way] = {(None, procedure.start), (None, WAITING), (WAITING, procedure.start)}
    ways |= {(WAITING, WITHDRAWN), (WAITING, NOT_POSSIBLE)}
    for step in procedure.steps.values():
        if step.to is not None:
            ways |= {(state, step.to) for state in step.from_}
    return frozenset(ways)


def taken(service: str) -> Mapping[Way, int]:
    """How often the newest cases of a service took each way."""
    tallies.fold()
    return tallies.follows(service)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which cases: of one service, or all; sent in from one moment until before another, where given."""

    service: str | None = None
    since: datetime | None = None
    until: datetime | None = None


class Log:
    """An event log being written: things are named by number in the order in which they are met."""

    def __init__(self, catalog: Catalog) -> None:
        self.catalog = catalog
        self.objects: dict[tuple[str, str], dict[str, Any]] = {}
        self.kinds: set[str] = set()

    def event(self, case: Logged, event: Event, office: str) -> dict[str, Any]:
        """One step of a case at an office."""
        kind = str(event.data.get("step", event.kind))
        self.kinds.add(kind)
        said = {"by": _kind_of(event.actor), "to": event.data.get("to"), "result": event.data.get("result")}
        at = event.happened_at.isoformat()
        return {
            "id": f"{self.case(case, at)}.{event.n}",
            "type": kind,
            "time": at,
            "attributes": [{"name": name, "value": str(value)} for name, value in said.items() if value is not None],
            "relationships": [
                {"objectId": self.case(case, at), "qualifier": "step of"},
                {"objectId": self.office(office, at), "qualifier": "done at"},
            ],
        }

    def case(self, case: Logged, at: str) -> str:
        """The name of a case."""
        related = [
            (self.thing("application", case.number.rpartition("/")[0], at, bundle=case.bundle), "part of"),
            (self.service(case.service, at), "run of"),
        ]
        return self.thing("case", case.number, at, related, state=case.state, result=case.result)

    def office(self, office: str, at: str) -> str:
        """The name of an office."""
        found = self.catalog.offices.get(office)
        return self.thing(
            "office", office, at, title=found.title.zh if found else office, level=found.level if found else None
        )

    def service(self, service: str, at: str) -> str:
        """The name of a service."""
        found = self.catalog.services.get(service)
        return self.thing("service", service, at, title=found.title.zh if found else service)

    def thing(
        self, kind: str, key: str, at: str, related: Sequence[tuple[str, str]] = (), **attributes: str | None
    ) -> str:
        """The name of something, noted when it is first met."""
        found = self.objects.get((kind, key))
        if found is None:
            found = self.objects[kind, key] = {
                "id": f"{kind}:{len(self.objects) + 1}" if kind in HIDDEN else f"{kind}:{key}",
                "type": kind,
                "attributes": [
                    {"name": name, "value": value, "time": at} for name, value in attributes.items() if value
                ],
                "relationships": [{"objectId": name, "qualifier": qualifier} for name, qualifier in related],
            }
        return str(found["id"])


def log(catalog: Catalog, wanted: Wanted) -> Iterator[str]:
    """The event log as JSON, piece by piece; events come first, so that all they are about is known by their end."""
    tallies.fold()
    written = Log(catalog)
    yield '{"events":['
    between = ""
    for cases in _pages(wanted):
        found = store.events_of(list(cases))
        for number, case in cases.items():
            office = ""
            for event in found[number]:
                office = str(event.data.get("office", office))
                yield between + orjson.dumps(written.event(case, event, office)).decode()
                between = ","
    types = {
        "eventTypes": [_type(kind, SAID) for kind in sorted(written.kinds)],
        "objectTypes": [_type(kind, names) for kind, names in ATTRIBUTES.items()],
        "objects": list(written.objects.values()),
    }
    yield f"],{orjson.dumps(types).decode()[1:]}"


def _pages(wanted: Wanted) -> Iterator[dict[str, Logged]]:
    """The cases of a log by number, as they came, page by page."""
    after = 0
    while found := tallies.logged(wanted.service, wanted.since, wanted.until, after, PAGE):
        yield {case.number: case for case in found}
        after = id_of(found[-1].number)


def _type(name: str, attributes: Sequence[str]) -> dict[str, Any]:
    return {"name": name, "attributes": [{"name": each, "type": STRING} for each in attributes]}


def _kind_of(actor: str) -> str:
    """Who acted, without saying who: staff, system and machine by that word, anybody else as applicant."""
    kind = actor.partition(":")[0]
    return kind if kind in {"staff", "system", "machine"} else "applicant"
