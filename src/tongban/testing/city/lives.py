"""Cases led by the pure machine at moments that are past, to come in as finished histories: nothing runs of theirs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from random import Random
from uuid import UUID

from tongban.casework import definitions, machine, production
from tongban.casework.model import Case, Change, Command, Context, Doer, Event, Opening
from tongban.catalog.conditions import UNKNOWN
from tongban.catalog.model import Catalog
from tongban.catalog.vocabulary import Value
from tongban.publication import calendars


@dataclass(slots=True)
class Life:
    """A case being led: as it was opened, as it is now, with all its events and facts."""

    opened: Change
    case: Case
    events: list[Event]
    known: dict[str, Value] = field(default_factory=dict)

    @property
    def whole(self) -> Change:
        """All that happened after it was opened."""
        return Change(self.opened.after, self.case, tuple(self.events[len(self.opened.events) :]))


class Leader:
    """Leads cases through their procedures, under the definitions in force."""

    def __init__(self, catalog: Catalog, random: Random) -> None:
        self._catalog, self._random = catalog, random
        self._in_force = definitions.of(catalog.digest)
        self._calendar = calendars.of_digest(catalog.digest)

    def command_id(self) -> str:
        """The id of a command that nobody else gives."""
        return str(UUID(bytes=self._random.randbytes(16), version=4))

    def open(self, number: str, opening: Opening, order: Command, doer: Doer, at: datetime) -> Life:
        """A case with this number, opened at a moment."""
        known = {name: given.value for name, given in opening.facts.items()}
        sources = {name: given.source for name, given in opening.facts.items()}
        opened = machine.open_case(number, opening, order, self._context(opening.service, doer, at, known, sources))
        return Life(opened, opened.after, list(opened.events), known)

    def take(self, life: Life, order: Command, doer: Doer, at: datetime) -> None:
        """One step further. Raises Refused."""
        change = machine.run(life.case, order, self._context(life.case.service, doer, at, life.known, {}))
        life.case = change.after
        life.events += change.events
        life.known |= {name: value for event in change.events for name, value in event.values.items()}

    def asked(self, life: Life, step: str, doer: Doer, at: datetime) -> frozenset[str]:
        """The facts that whoever takes this step has to type."""
        context = self._context(life.case.service, doer, at, life.known, {})
        return production.asked_of_clerk(context.procedure.steps[step], context, life.case.roles)

    def _context(
        self, service_id: str, doer: Doer, at: datetime, known: Mapping[str, Value], sources: Mapping[str, str]
    ) -> Context:
        service = self._in_force.service(service_id)
        return Context(
            at=at,
            doer=doer,
            service=service,
            procedure=self._in_force.procedure(service),
            definition=self._catalog.hashes[service_id],
            calendar=self._calendar,
            calendar_hash=self._calendar.hash,
            supervisors=self._in_force.supervisors,
            facts=lambda fact: known.get(fact, UNKNOWN),
            above=self._in_force.above,
            sources=sources,
            functions=self._in_force.catalog.functions,
            rulebook=lambda: self._catalog.rulebook,
            salt=self._random.randbytes(16),
        )
