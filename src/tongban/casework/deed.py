"""Everything that happens at once: commands decided, what follows from them, one write, its consequences."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime

from django.db import OperationalError, connection, transaction
from psycopg.errors import SerializationFailure

from tongban.casework import books, consequences, definitions, following, holds, machine, store
from tongban.casework.definitions import InForce
from tongban.casework.model import SYSTEM, Case, Change, Command, Context, Doer, Event, Opening, Refused
from tongban.catalog.conditions import UNKNOWN, Unknown
from tongban.catalog.vocabulary import Value
from tongban.clock import SHANGHAI, Calendar
from tongban.platform.database import Call, call
from tongban.publication import service as publication


class Stale(Exception):  # noqa: N818 -- no error: somebody else was quicker, and the deed is tried again
    """A case moved on between reading and writing."""


@dataclass(frozen=True, slots=True)
class Moment:
    """When a deed happens and the calendar it reckons by."""

    at: datetime
    calendar: Calendar
    calendar_hash: str

    @classmethod
    def of(cls, at: datetime, calendar: Calendar) -> Moment:
        """A moment in city time."""
        return cls(at.astimezone(SHANGHAI), calendar, calendar.hash)


class Deed:
    """Collects changes of cases, folding several of one case into one, and writes them all or none."""

    def __init__(self, moment: Moment) -> None:
        self._moment = moment
        self._applications: dict[str, store.ApplicationBrief] = {}
        self._cases: dict[str, Case] = {}
        self._changes: dict[str, Change] = {}
        self._facts: dict[str, dict[str, Value]] = {}
        self._sources: dict[str, dict[str, str]] = {}
        self._next_k: dict[str, int] = {}
        self._new: list[tuple[store.Application, str]] = []
        self._beside: list[Call] = []

    def know(self, case: Case, application: store.ApplicationBrief) -> None:
        """Put a case as it was read into reach; what this deed did to it already stands."""
        self._applications.setdefault(application.number, application)
        self._cases.setdefault(case.number, case)

    def case(self, number: str) -> Case:
        """The case as it stands by now."""
        return self._cases[number]

    @property
    def at(self) -> datetime:
        """When it happens."""
        return self._moment.at

    def open(
        self,
        application: store.Application,
        openings: Sequence[Opening],
        command: Command,
        doer: Doer,
        beside: Sequence[Call] = (),
    ) -> list[Case]:
        """Open an application with its cases, and write `beside` with them.

        Raises Refused, and then nothing of it is kept; Stale where this deed opens one of the same number already.
        """
        if application.number in self._applications:
            raise Stale
        self._applications[application.number] = application.brief
        changes: list[Change] = []
        try:
            for opening in openings:
                k = changes[-1].events[-1].k + 1 if changes else 0
                changes.append(self._opened(application.brief, opening, command, doer, k))
        except Refused:
            del self._applications[application.number]
            raise
        self._new.append((application, command.id))
        self._beside += beside
        return [self._keep(change, command) for change in changes]

    def _opened(
        self, application: store.ApplicationBrief, opening: Opening, command: Command, doer: Doer, k: int
    ) -> Change:
        number = f"{application.number}/{opening.part:02}"
        self._facts[number] = {name: given.value for name, given in opening.facts.items()}
        self._sources[number] = {name: given.source for name, given in opening.facts.items()}
        in_force = definitions.of(application.publication)
        context = self._context(number, opening.service, opening.roles, in_force, doer)
        return machine.open_case(number, opening, command, context, k)

    def events(self, number: str) -> tuple[Event, ...]:
        """What this deed has done to a case so far."""
        return self._changes[number].events if number in self._changes else ()

    def carry_out(self, number: str, command: Command, doer: Doer) -> Change:
        """Decide a command on a case that is known. Raises Refused."""
        case = self._cases[number]
        in_force = definitions.of(self._applications[case.application].publication)
        context = self._context(number, case.service, case.roles, in_force, doer)
        change = machine.run(case, command, context, self._next_k.get(command.id, 0))
        self._keep(change, command)
        return change

    def finish(self) -> None:
        """Carry on to the cases that wait for those that changed, write all, and do what follows from it.

        One statement where that is enough, else one transaction. Raises Stale, and nothing is done, when a case has
        moved on.
        """
        feeding = [self._cases[number] for number, change in self._changes.items() if self._feeds(change)]
        with ExitStack() as stack:
            if feeding:
                stack.enter_context(transaction.atomic())
                self._follow(feeding)
            happened = [self._happened(change) for change in self._changes.values() if change.events]
            deeds = consequences.deeds(happened)
            if not feeding and (deeds or connection.in_atomic_block):
                stack.enter_context(transaction.atomic())
            self._write(happened)
            for deed in deeds:
                deed()

    def _follow(self, feeding: list[Case]) -> None:
        """Carry on to the cases that wait for those that feed them, and to those that wait for them."""
        store.lock_applications({case.application for case in feeding})
        while feeding:
            self._see(f"{case.application}/{part:02}" for case in feeding for part in case.feeds)
            feeding = [fed for feeder in feeding for fed in self._feed(feeder)]

    def _feed(self, feeder: Case) -> list[Case]:
        """Give what `feeder` has made to the cases that wait for it; returns those whose change feeds others."""
        made = self._made(feeder)
        command_id = self._changes[feeder.number].events[-1].command
        feeding: list[Case] = []
        for part in feeder.feeds:
            waiting = self._cases[f"{feeder.application}/{part:02}"]
            command = following.answer(feeder, made, waiting, command_id)
            if command is not None:
                change = self.carry_out(waiting.number, command, SYSTEM)
                feeding += [change.after] if self._feeds(change) else []
        return feeding

    def _write(self, happened: Sequence[consequences.Happened]) -> None:
        calls = store.written(self._new, [one.change for one in happened])
        if not calls:
            return
        try:
            call([*calls, *self._beside, *consequences.announced(happened)])
        except OperationalError as error:
            if isinstance(error.__cause__, SerializationFailure):
                raise Stale from None
            raise

    def _keep(self, change: Change, command: Command) -> Case:
        number = change.after.number
        before = self._changes.get(number)
        self._changes[number] = store.merged(before, change) if before else change
        self._cases[number] = change.after
        self._next_k[command.id] = self._next_k.get(command.id, 0) + len(change.events)
        if number in self._facts:
            self._facts[number] |= _facts_in([change])
        return change.after

    def _context(
        self, number: str, service_id: str, roles: Mapping[str, tuple[int, ...]], in_force: InForce, doer: Doer
    ) -> Context:
        service = in_force.service(service_id)
        return Context(
            at=self._moment.at,
            doer=doer,
            service=service,
            procedure=in_force.procedure(service),
            definition=in_force.catalog.hashes[service_id],
            calendar=self._moment.calendar,
            calendar_hash=self._moment.calendar_hash,
            supervisors=in_force.supervisors,
            above=in_force.above,
            facts=lambda fact: self._fact(number, fact),
            sources=self._sources.get(number, {}),
            outside=holds.asker(holds.Asked(number, service, roles, in_force.catalog)),
            functions=in_force.catalog.functions,
            rulebook=lambda: publication.current().rulebook,
            serial=store.next_number,
            books=books.asker(books.Asked(number, service_id, roles, lambda: self._known(number), self._moment.at)),
            salt=os.urandom(16),
        )

    def _fact(self, number: str, fact: str) -> Value | Unknown:
        if number not in self._facts:
            self._load_facts(self._cases[number].service)
        return self._facts[number].get(fact, UNKNOWN)

    def _known(self, number: str) -> Mapping[str, Value]:
        self._fact(number, "")
        return self._facts[number]

    def _load_facts(self, service: str) -> None:
        """Read what is known in all cases of a service here: what one of them asks, the others are about to."""
        alike = [each for each, case in self._cases.items() if case.service == service and each not in self._facts]
        for number, stored in store.facts_of(alike).items():
            self._facts[number] = stored | _facts_in([self._changes[number]] if number in self._changes else [])

    def _feeds(self, change: Change) -> bool:
        if not change.after.feeds:
            return False
        values = {name: value for event in change.events for name, value in consequences.produced(event).items()}
        return following.feeds(change.before, change.after, following.made_by(change.after, values))

    def _made(self, feeder: Case) -> following.Made:
        """What a case has made: by the steps of this deed or, when it is granted, by any step."""
        events = self._changes[feeder.number].events
        values = {name: value for event in events for name, value in consequences.produced(event).items()}
        if feeder.result == "granted" and len(events) < feeder.version:
            values = store.facts_of([feeder.number])[feeder.number] | values
        return following.made_by(feeder, values)

    def _see(self, numbers: Iterable[str]) -> None:
        """Read cases as they are now that their application is locked, but for those this deed has changed."""
        wanted = sorted(set(numbers) - self._changes.keys())
        self._cases |= {number: found.case for number, found in store.load_cases(wanted).items()}

    def _happened(self, change: Change) -> consequences.Happened:
        application = self._applications[change.after.application]
        return consequences.Happened(change, application, definitions.of(application.publication), self._moment.at)


def _facts_in(changes: Sequence[Change]) -> dict[str, Value]:
    return {
        name: value
        for change in changes
        for event in change.events
        for name, value in event.values.items()
        if store.is_fact(name)
    }
