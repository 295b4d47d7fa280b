"""What casework says it does, in a few dictionaries: the pure machine with a memory; the database is held against it.

A town answers as `casework.service` answers. What it does with one batch of orders is one deed: each order in turn,
then what follows for the cases that wait, then everything is kept, or nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from tests.casework.world import MONDAY

from tongban.casework import consequences, definitions, following, machine, rows, store, timing
from tongban.casework.model import SYSTEM, Case, Change, Command, Context, Doer, Event, Refused
from tongban.casework.refusals import refuse
from tongban.casework.service import Answer, Conflict, Done, Filing, Opened, Order, UnknownCase
from tongban.casework.work import subject_of
from tongban.catalog.conditions import UNKNOWN
from tongban.catalog.model import Catalog, Hold
from tongban.catalog.vocabulary import Text, Value
from tongban.clock import Calendar
from tongban.publication import calendars

NOT_OVERDUE = Refused("paper-not-overdue", Text("没有过期未补的材料", "No paper is overdue"))
"""What the rooms around casework answer about services for which no paper may follow."""


@dataclass(frozen=True)
class Published:
    """A publication, with what casework makes of it."""

    catalog: Catalog
    calendar: Calendar
    supervisors: Mapping[str, str | None]
    above: Mapping[str, str | None]

    @classmethod
    def of(cls, catalog: Catalog) -> Published:
        """What is published with a catalog."""
        return cls(catalog, calendars.of(catalog), definitions.supervisors(catalog), definitions.above(catalog))


class Reused(Exception):  # noqa: N818 -- no error: the orders of a batch are given one by one then
    """A command id that was good for another case before."""


@dataclass
class Deed:
    """What one transaction has done so far."""

    changes: dict[str, Change] = field(default_factory=dict)
    next_k: Counter[str] = field(default_factory=Counter)
    values: dict[str, dict[str, Value]] = field(default_factory=dict)

    def keep(self, change: Change) -> Change:
        """Add a change to those of its case."""
        number = change.after.number
        before = self.changes.get(number)
        self.changes[number] = store.merged(before, change) if before else change
        for event in change.events:
            self.next_k[event.command] += 1
            facts = {name: value for name, value in event.values.items() if store.is_fact(name)}
            self.values[number] = self.values.get(number, {}) | facts
        return change


class Town:
    """Applications and their cases, a calendar and the time of day; nothing is random and nothing is stored."""

    def __init__(self, in_force: Published) -> None:
        self.at: datetime = MONDAY
        self.in_force = in_force
        self.cases: dict[str, Case] = {}
        self.events: dict[str, tuple[Event, ...]] = {}
        self._facts: dict[str, dict[str, Value]] = {}
        self._under: dict[str, Published] = {}
        self._opened: dict[str, Opened] = {}
        self._done: dict[str, set[str]] = {}
        self._serial = 0

    def adopt(self, case: Case, events: Sequence[Event], facts: Mapping[str, Value]) -> None:
        """Take up a case from elsewhere, begun under the publication in force."""
        self._under[case.application] = self.in_force
        self.cases[case.number], self.events[case.number] = case, tuple(events)
        self._facts[case.number] = dict(facts)
        self._done[case.number] = {event.command for event in events}
        self.at = max(self.at, case.recorded_at)

    def publish(self, published: Published) -> None:
        """Put a publication in force: for applications to come, and its calendar for all."""
        self.in_force = published

    def set_time(self, at: datetime) -> None:
        """Let the clock show `at`."""
        self.at = at

    def open(self, filing: Filing) -> Opened | Refused:
        """Open an application whole, or nothing of it."""
        given = filing.submission
        number = str(given.number)
        order, deed = Command(given.command, "open"), Deed()
        under = self._under.setdefault(number, self.in_force)
        feeds = {one.part: tuple(o.part for o in given.openings if one.part in o.waits) for one in given.openings}
        try:
            for opening in given.openings:
                name = f"{number}/{opening.part:02}"
                deed.values[name] = {fact: one.value for fact, one in opening.facts.items()}
                context = self._context(name, under, opening.service, filing.doer, deed)
                fed = replace(opening, feeds=feeds[opening.part])
                deed.keep(machine.open_case(name, fed, order, context, deed.next_k[order.id]))
        except Refused as refusal:
            return refusal
        if given.command in self._opened:
            return replace(self._opened[given.command], is_repeated=True)
        try:
            self._commit(deed)
        except Reused:
            return refuse("command-reused")
        self._opened[given.command] = Opened(number, tuple(deed.changes))
        return self._opened[given.command]

    def give(self, orders: Sequence[Order]) -> list[Answer]:
        """Carry out orders as one deed; one by one where the id of one was used before."""
        try:
            return self._together(orders)
        except Reused:
            return [self._alone(order) for order in orders]

    def erase(self, number: str, subject: int, command_id: str) -> Answer:
        """Forget the values of one subject in a case."""
        (answer,) = self.give([Order(number, Command(command_id, "erase", {"subject": subject}), SYSTEM)])
        if isinstance(answer, Done):
            roles, facts = self.cases[number].roles, self._facts[number]
            self._facts[number] = {name: v for name, v in facts.items() if subject_of(roles, name) != subject}
        return answer

    def silence(self) -> None:
        """Let every limit that has ended decide where silence decides."""
        self.give(
            [Order(number, _silence(number, name, due_at), SYSTEM) for due_at, number, name in sorted(self._ended())]
        )

    def move_due(self) -> None:
        """Reckon every running limit by the calendar in force."""
        running = [number for number, case in sorted(self.cases.items()) if rows.clock_rows(case)]
        self.give(
            [
                Order(number, Command(f"{number} moved {self.cases[number].version}", "move-due"), SYSTEM)
                for number in running
            ]
        )

    def overdue(self) -> int:
        """How many limits have ended at which silence decides."""
        return len(list(self._ended()))

    def context(self, number: str, doer: Doer) -> Context:
        """What deciding about a case may look at now."""
        case = self.cases[number]
        return self._context(number, self._under[case.application], case.service, doer, Deed())

    def _ended(self) -> Iterator[tuple[datetime, str, str]]:
        """When each ended, of which case, and the clock's name or the task's id."""
        for case in self.cases.values():
            dates: list[tuple[str, str | None, date | None, date | None]] = []
            dates += [(clock.name, clock.silence, clock.green_until, clock.due) for clock in case.clocks]
            dates += [(task.id, task.silence, task.green_until, task.due) for task in case.tasks]
            for name, silence, green_until, due in dates:
                due_at = timing.moments(green_until, due)[1]
                if silence and due_at is not None and due_at <= self.at:
                    yield due_at, case.number, name

    def _alone(self, order: Order) -> Answer:
        try:
            return self._together([order])[0]
        except Reused:
            return refuse("command-reused")

    def _together(self, orders: Sequence[Order]) -> list[Answer]:
        answers: list[Answer] = []
        first: dict[str, int] = {}
        deed = Deed()
        for index, order in enumerate(orders):
            if (before := first.setdefault(order.command.id, index)) == index:
                answers.append(self._answer(order, deed))
            elif orders[before].number != order.number:
                answers.append(refuse("command-reused"))
            else:
                same = answers[before]
                answers.append(replace(same, is_repeated=True) if isinstance(same, Done) else same)
        self._follow(deed)
        self._commit(deed)
        return answers

    def _answer(self, order: Order, deed: Deed) -> Answer:
        number, command = order.number, order.command
        if number not in self.cases:
            return UnknownCase(number)
        if command.id in self._done[number]:
            return Done(self.cases[number], self._events_of(number, command.id), is_repeated=True)
        case = self._standing(number, deed)
        if command.expected is not None and command.expected != case.version:
            events = [*self.events[number], *(deed.changes[number].events if number in deed.changes else ())]
            return Conflict(case, tuple(event for event in events if event.n > command.expected))
        try:
            change = self._carry_out(order, deed)
        except Refused as refusal:
            return refusal
        return Done(change.after, change.events)

    def _carry_out(self, order: Order, deed: Deed) -> Change:
        case = self._standing(order.number, deed)
        context = self._context(order.number, self._under[case.application], case.service, order.doer, deed)
        return deed.keep(machine.run(case, order.command, context, deed.next_k[order.command.id]))

    def _follow(self, deed: Deed) -> None:
        """Give what was made to the cases that wait for it, and to those that wait for these."""
        feeding = [change.after for change in deed.changes.values() if _feeds(change)]
        while feeding:
            fed: list[Case] = []
            for feeder in feeding:
                for part in feeder.feeds:
                    waiting = self._standing(f"{feeder.application}/{part:02}", deed)
                    last = deed.changes[feeder.number].events[-1].command
                    command = following.answer(feeder, self._made(feeder, deed), waiting, last)
                    if command is not None:
                        change = self._carry_out(Order(waiting.number, command, SYSTEM), deed)
                        fed += [change.after] if _feeds(change) else []
            feeding = fed

    def _made(self, feeder: Case, deed: Deed) -> following.Made:
        values = _produced(deed.changes[feeder.number])
        if feeder.result == "granted":
            values = self._facts.get(feeder.number, {}) | values
        return following.made_by(feeder, values)

    def _commit(self, deed: Deed) -> None:
        """Keep everything. Raises Reused, having kept nothing, when a command id was used in a deed before."""
        changes = [change for change in deed.changes.values() if change.events]
        used = {event.command for change in changes for event in change.events}
        if any(used & ids for ids in self._done.values()):
            raise Reused
        for change in changes:
            number = change.after.number
            self.cases[number] = change.after
            self.events[number] = (*self.events.get(number, ()), *change.events)
            self._facts[number] = self._facts.get(number, {}) | deed.values.get(number, {})
            self._done.setdefault(number, set()).update(event.command for event in change.events)

    def _standing(self, number: str, deed: Deed) -> Case:
        return deed.changes[number].after if number in deed.changes else self.cases[number]

    def _events_of(self, number: str, command_id: str) -> tuple[Event, ...]:
        return tuple(event for event in self.events[number] if event.command == command_id)

    def _context(self, number: str, under: Published, service_id: str, doer: Doer, deed: Deed) -> Context:
        definition = under.catalog.services[service_id]
        known = {**self._facts.get(number, {}), **deed.values.get(number, {})}
        return Context(
            at=self.at,
            doer=doer,
            service=definition,
            procedure=under.catalog.procedures[definition.procedure],
            definition=under.catalog.hashes[service_id],
            calendar=self.in_force.calendar,
            calendar_hash=self.in_force.calendar.hash,
            supervisors=under.supervisors,
            above=under.above,
            facts=lambda fact: known.get(fact, UNKNOWN),
            outside=_outside,
            functions=under.catalog.functions,
            serial=self._next,
            salt=b"0123456789abcdef",
        )

    def _next(self) -> int:
        self._serial += 1
        return self._serial


def _silence(number: str, name: str, due_at: datetime) -> Command:
    """The system's order at the end of a limit; a task's id has a colon in it."""
    id_ = f"{number} {name} {due_at}"
    return Command(id_, "silence", task=name) if ":" in name else Command(id_, "silence", {"clock": name})


def _outside(hold: Hold) -> Refused | None:
    return NOT_OVERDUE if hold == "grace" else None


def _produced(change: Change) -> dict[str, Value]:
    return {name: value for event in change.events for name, value in consequences.produced(event).items()}


def _feeds(change: Change) -> bool:
    return following.feeds(change.before, change.after, following.made_by(change.after, _produced(change)))
