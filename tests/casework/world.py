"""What the tests of casework share: the trial pack compiled, people of its offices, and short ways to act."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path
from uuid import UUID

import pytest

from tongban.casework import definitions, machine
from tongban.casework.demands import demands
from tongban.casework.model import SYSTEM, Case, Command, Context, Doer, Event, Given, Json, Opening, Refused
from tongban.casework.production import asked_of_clerk
from tongban.catalog.conditions import UNKNOWN, Unknown
from tongban.catalog.model import Catalog, ProcedureDefinition, ServiceDefinition
from tongban.catalog.vocabulary import Value
from tongban.clock import SHANGHAI, Calendar
from tongban.publication import calendars
from tongban.publication.files import compile_files

MONDAY = datetime(2026, 11, 16, 9, 0, tzinfo=SHANGHAI)

TRADE, WATER, LAMPS, HALL = "trial/trade", "trial/water", "trial/lamps", "trial/hall"
CITY_TRADE = "trial/city-trade"

ANNA = Doer("staff:1", "staff", {TRADE: frozenset({"handler"})})
BEN = Doer("staff:2", "staff", {TRADE: frozenset({"handler", "approver"})})
CARA = Doer("staff:3", "staff", {TRADE: frozenset({"approver", "head"})})
WANDA = Doer("staff:4", "staff", {WATER: frozenset({"handler", "approver"})})
WILL = Doer("staff:5", "staff", {WATER: frozenset({"approver"})})
LEO = Doer("staff:6", "staff", {LAMPS: frozenset({"handler"})})
HANNA = Doer("staff:7", "staff", {HALL: frozenset({"handler", "head"})})
TINA = Doer("staff:11", "staff", {CITY_TRADE: frozenset({"handler", "approver"})})
OWNER = Doer("person:8", "person", for_applicant=True)
STRANGER = Doer("person:9", "person")
PEOPLE = (ANNA, BEN, CARA, WANDA, WILL, LEO, HANNA, TINA, OWNER, STRANGER)

OWNER_SUBJECT, SHOP_SUBJECT = 71, 72

FACTS: Mapping[str, Given] = {
    "owner.name": Given("贺小满", "claimed"),
    "shop.region": Given("430211", "fetched"),
    "shop.seats": Given(24, "claimed"),
}

GRANT: Mapping[str, Value] = {"shop.licensed_until": date(2029, 12, 31)}
"""What whoever decides on a permit types."""

_ids = itertools.count(1)


@cache
def catalog() -> Catalog:
    """The trial pack with what it requires."""
    compiled, findings = compile_files([Path(__file__).parent / "trial"])
    assert compiled is not None, findings
    return compiled


@cache
def calendar() -> Calendar:
    """The city's calendar."""
    return calendars.of(catalog())


@cache
def supervisors() -> dict[str, str | None]:
    """Who watches each office of the trial pack."""
    return definitions.supervisors(catalog())


def new_id() -> str:
    """A command id that no other test uses."""
    return str(UUID(int=next(_ids), version=4))


def command(kind: str, *, expected: int | None = None, task: str | None = None, **given: object) -> Command:
    """A command; texts and facts by their names, everything else is data."""
    texts = {name: str(given.pop(name)) for name in ("reason", "note") if name in given}
    facts = given.pop("facts", {}) if kind != "dispute" else {}
    typed = {name: Given(value, "claimed") for name, value in facts.items()}  # type: ignore[attr-defined]
    return Command(new_id(), kind, given, texts, typed, task, expected=expected)  # type: ignore[arg-type]


GOOD: Mapping[str, Json] = {
    "reason": "理由",
    "note": "说明",
    "items": ["shop.seats"],
    "fault": "incorrect",
    "procedure": "hearing",
    "days": 3,
    "opinion": "agree",
    "offices": [WATER],
}
"""What every step that asks for it gets, so that long lives are found as well as refusals."""


def fitting(case: Case, name: str, context: Context) -> Command:
    """A command for a step, with all that it asks for."""
    step = context.procedure.steps[name]
    wanted = {*demands(step, context), *step.needs}
    typed = {fact: date(2030, 1, 1) for fact in asked_of_clerk(step, context, case.roles)}
    task = next((t.id for t in case.tasks if t.name == step.closes and t.office in context.doer.offices), None)
    return command(name, task=task, facts=typed, **{key: value for key, value in GOOD.items() if key in wanted})  # type: ignore[arg-type]


def permit(**changes: object) -> Opening:
    """An opening of the trial pack's standard service."""
    roles = {"owner": (OWNER_SUBJECT,), "shop": (SHOP_SUBJECT,)}
    return replace(Opening(1, "trial/permit", roles, TRADE, "430211", FACTS), **changes)  # type: ignore[arg-type]


def lamp() -> Opening:
    """An opening of the trial pack's work order."""
    facts = {"place.region": Given("430211", "claimed")}
    return Opening(1, "trial/lamp", {"place": (SHOP_SUBJECT,)}, TRADE, "430211", facts)


def card(**changes: object) -> Opening:
    """An opening of the trial pack's instant service, everything it needs given."""
    facts = {"shop.region": Given("430211", "claimed"), "shop.licence_number": Given("430211-2026-000001", "claimed")}
    opening = Opening(2, "trial/card", {"shop": (SHOP_SUBJECT,)}, TRADE, "430211", facts)
    return replace(opening, **changes)  # type: ignore[arg-type]


class Run:
    """One case carried through its life in memory, by the pure machine alone."""

    def __init__(
        self,
        opening: Opening,
        at: datetime = MONDAY,
        calendar_: Calendar | None = None,
        application: str = "4302-26-000001-9",
        order: Command | None = None,
        *,
        service: ServiceDefinition | None = None,
        procedure: ProcedureDefinition | None = None,
        **around: object,
    ) -> None:
        """Open the case, under other definitions and with more around it where they are given."""
        self.at = at
        self.calendar = calendar_ or calendar()
        self.facts: dict[str, Value] = {name: given.value for name, given in opening.facts.items()}
        self.service = service or catalog().services[opening.service]
        self.procedure = procedure or catalog().procedures[self.service.procedure]
        self.around = around
        number = f"{application}/{opening.part:02}"
        change = machine.open_case(number, opening, order or Command(new_id(), "open"), self.context(OWNER))
        self.case: Case = change.after
        self.events: list[Event] = list(change.events)

    def context(self, doer: Doer) -> Context:
        """What deciding may look at now."""
        context = Context(
            at=self.at,
            doer=doer,
            service=self.service,
            procedure=self.procedure,
            definition=catalog().hashes[self.service.id],
            calendar=self.calendar,
            calendar_hash=self.calendar.hash,
            supervisors=supervisors(),
            above=definitions.above(catalog()),
            facts=self._fact,
            functions=catalog().functions,
            serial=lambda: len(self.events),
            salt=b"0123456789abcdef",
        )
        return replace(context, **self.around)  # type: ignore[arg-type]

    def do(self, doer: Doer, kind: str, **given: object) -> Case:
        """Carry out a command; raises Refused."""
        return self.carry_out(doer, command(kind, **given))  # type: ignore[arg-type]

    def carry_out(self, doer: Doer, order: Command) -> Case:
        """Carry out a command and hold the projection law: deciding, folding on and rebuilding agree."""
        change = machine.run(self.case, order, self.context(doer))
        for event in change.events:
            self.facts |= {name: value for name, value in event.values.items() if "." in name and ":" not in name}
        self.events.extend(change.events)
        self.case = change.after
        assert machine.rebuild(self.events) == self.case
        return self.case

    def silence(self, **of: object) -> Case:
        """Let the end of a limit decide."""
        return self.do(SYSTEM, "silence", **of)

    def wait(self, **span: float) -> None:
        """Let time pass."""
        self.at += timedelta(**span)

    def due(self, name: str) -> date | None:
        """When a clock ends."""
        clock = self.case.clock(name)
        assert clock is not None, f"no clock {name}"
        return clock.due

    def _fact(self, name: str) -> Value | Unknown:
        return self.facts.get(name, UNKNOWN)


def refusal(run: Run, doer: Doer, kind: str, **given: object) -> str:
    """The code with which a command is refused; the case stays as it was."""
    return refused(run, doer, command(kind, **given))  # type: ignore[arg-type]


def refused(run: Run, doer: Doer, order: Command) -> str:
    """The code with which an order is refused; the case stays as it was."""
    before = run.case
    with pytest.raises(Refused) as caught:
        run.carry_out(doer, order)
    assert run.case == before
    return caught.value.code


def accepted() -> Run:
    """A permit that is being decided."""
    run = Run(permit())
    run.do(ANNA, "accept")
    return run
