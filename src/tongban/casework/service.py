"""What the rest of the house asks of casework: open an application, carry out a command, carry out many.

Commands of one process that come together share a transaction (`group`). Whoever calls from inside a transaction of
their own gets the command carried out in it, so never hold one open while others wait.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date
from typing import TypeAlias, cast
from uuid import UUID, uuid5

from django.db import IntegrityError, connection, transaction

from tongban.casework import store
from tongban.casework.deed import Deed, Moment, Stale
from tongban.casework.group import Group
from tongban.casework.model import SYSTEM, Case, Command, Doer, Event, Opening, Refused
from tongban.casework.numbers import CITY, id_of
from tongban.casework.refusals import refuse
from tongban.platform import time
from tongban.platform.database import Call
from tongban.platform.ids import NumberError, application_number
from tongban.publication import calendars

MOST_TRIES = 3
"""How often a deed is tried when others are quicker."""

COMMAND_INDEX = "casework_event_command"
"""The unique index on command ids; it speaks when an id was used for another case before."""


@dataclass(frozen=True, slots=True)
class Order:
    """A command on a case, and who gives it."""

    number: str
    command: Command
    doer: Doer


@dataclass(frozen=True, slots=True)
class Done:
    """The case after the command and the events of the command; `is_repeated`: it had been carried out before."""

    case: Case
    events: tuple[Event, ...]
    is_repeated: bool = False


class UnknownCase(LookupError):  # noqa: N818 -- reads as what it is where it is caught
    """There is no case of this number."""


class Conflict(Exception):  # noqa: N818 -- as above
    """The case is no longer as the client saw it; `case` is as it is now, `since` are the events in between."""

    def __init__(self, case: Case, since: tuple[Event, ...]) -> None:
        super().__init__(f"{case.number} is at version {case.version} by now")
        self.case = case
        self.since = since


@dataclass(frozen=True, slots=True)
class Submission:
    """An application to open: `number` is one that `new_number` gave, or None for the next that is free; `command` is a
    UUID the client chose. `beside` is written with its cases, or nothing is.
    """

    number: str | None
    command: str
    publication: str
    applicant: int
    mode: store.Mode
    openings: Sequence[Opening]
    bundle: str | None = None
    bundle_hash: str | None = None
    promised: date | None = None
    beside: Sequence[Call] = ()


@dataclass(frozen=True, slots=True)
class Filing:
    """A submission, and who hands it in."""

    submission: Submission
    doer: Doer


@dataclass(frozen=True, slots=True)
class Opened:
    """The number of an application and of its cases; `is_repeated`: the same command had opened it before."""

    number: str
    cases: tuple[str, ...]
    is_repeated: bool = False


Answer: TypeAlias = Done | Refused | Conflict | UnknownCase
Item: TypeAlias = Order | Filing


def new_number() -> str:
    """A number for a new application, the next of the city's year; given out once, whether it is used or not."""
    return new_numbers(1)[0]


def new_numbers(count: int) -> list[str]:
    """So many of them."""
    year = time.now().year
    return [application_number(CITY, year, serial) for serial in store.next_serials(year, count)]


def open_application(submission: Submission, doer: Doer) -> Opened:
    """Open an application with all its cases, or nothing of it. Raises Refused."""
    return cast("Opened", _submit(Filing(submission, doer)))


def command(number: str, order: Command, doer: Doer) -> Done:
    """Carry out a command on a case. Raises UnknownCase, Refused, Conflict."""
    return cast("Done", _submit(Order(number, order, doer)))


def open_applications(filings: Sequence[Filing]) -> list[Opened | Refused]:
    """Open many applications, each with all its cases or nothing of it, and answer for each in order."""
    return cast("list[Opened | Refused]", _together(filings))


def commands(orders: Sequence[Order]) -> list[Answer]:
    """Carry out many commands, each all or nothing, and answer for each in order."""
    return cast("list[Answer]", _together(orders))


def withdraw(application: str, command_id: str, doer: Doer) -> tuple[list[Done], list[Case]]:
    """Withdraw every case of an application that is not decided yet; returns those, and the cases that stand.

    Each case gets a command of its own whose id follows from `command_id`, so the same withdrawal twice is one.
    """
    there = store.cases_of([application])
    orders = [Order(c.number, Command(str(uuid5(UUID(command_id), c.number)), "withdraw"), doer) for c in there]
    answers = commands(orders)
    done = [answer for answer in answers if isinstance(answer, Done)]
    standing = [case for case, answer in zip(there, answers, strict=True) if not isinstance(answer, Done)]
    return done, standing


def erase(number: str, subject: int, command_id: str) -> Done:
    """Erase the values of one subject (0: the texts) in a case for ever; its events and their chain stay whole."""
    with transaction.atomic():
        done = command(number, Command(command_id, "erase", {"subject": subject}), SYSTEM)
        store.erase(number, subject)
    return done


def cases(numbers: Sequence[str]) -> list[Case]:
    """Cases by number, as they stand; those that exist."""
    return [loaded.case for loaded in store.load_cases(numbers).values()]


def now() -> Moment:
    """The city's present moment, with the calendar in force."""
    return Moment.of(time.now(), calendars.current())


def _submit(item: Item) -> Answer | Opened:
    """Carry out one item, with whatever else comes at this moment: Done for an order, Opened for a filing.

    Raises what speaks against it.
    """
    answer = _flush_alone(item) if connection.in_atomic_block else _GROUP.submit(item)
    if isinstance(answer, Exception):
        raise answer
    return answer


def _together(items: Sequence[Item]) -> list[Answer | Opened]:
    """Carry out items in one transaction; each alone where one of them prevents that."""
    try:
        return _flush(items)
    except (Stale, IntegrityError):
        return [_flush_alone(item) for item in items]


def _feeds(openings: Sequence[Opening]) -> dict[int, tuple[int, ...]]:
    """For each part, the parts that wait for it."""
    fed: dict[int, list[int]] = {}
    for opening in openings:
        for part in opening.waits:
            fed.setdefault(part, []).append(opening.part)
    return {part: tuple(sorted(parts)) for part, parts in fed.items()}


def _flush_alone(item: Item) -> Answer | Opened:
    """Carry out one item, again from the start when somebody else was quicker."""
    try:
        for _ in range(MOST_TRIES - 1):
            with suppress(Stale):
                return _flush([item])[0]
        return _flush([item])[0]
    except IntegrityError as error:
        if isinstance(item, Filing) and (before := _opened_before(item.submission.command)):
            return before
        if COMMAND_INDEX not in str(error):
            raise
        return refuse("command-reused")


def _opened_before(command_id: str) -> Opened | None:
    """What this command opened the first time."""
    found = store.application_by_command(command_id)
    if found is None:
        return None
    return Opened(found.number, tuple(case.number for case in store.cases_of([found.number])), is_repeated=True)


@time.one_time()
def _flush(items: Sequence[Item]) -> list[Answer | Opened]:
    """Carry out items as one deed. Raises Stale, having done nothing, when any case moved on meanwhile."""
    answers: list[Answer | Opened] = []
    first: dict[str, int] = {}
    at = time.now()
    wanted = [(o.number, o.command.id) for o in items if isinstance(o, Order) and _is_number(o.number)]
    loaded, in_force = store.load(wanted)
    deed = Deed(Moment.of(at, calendars.of_digest(in_force)))
    for found in loaded.values():
        deed.know(found.case, found.application)
    unnumbered = sum(isinstance(item, Filing) and item.submission.number is None for item in items)
    numbers = iter(new_numbers(unnumbered) if unnumbered else ())
    for index, item in enumerate(items):
        if (before := first.setdefault(_command_id(item), index)) != index:
            answers.append(_same_again(item, items[before], answers[before]))
        elif isinstance(item, Filing):
            answers.append(_open(item, item.submission.number or next(numbers), deed))
        else:
            answers.append(_answer(item, loaded.get((item.number, item.command.id)), deed))
    deed.finish()
    return answers


def _open(filing: Filing, number: str, deed: Deed) -> Opened | Refused:
    submission = filing.submission
    brief = store.ApplicationBrief(
        number, submission.publication, submission.mode, submission.applicant, submission.bundle
    )
    application = store.Application(brief, submission.bundle_hash, deed.at, submission.promised)
    order = Command(submission.command, "open", {"application": application.digest})
    feeds = _feeds(submission.openings)
    openings = [replace(opening, feeds=feeds.get(opening.part, ())) for opening in submission.openings]
    try:
        cases = deed.open(application, openings, order, filing.doer, submission.beside)
    except Refused as refusal:
        return refusal
    return Opened(number, tuple(case.number for case in cases))


def _command_id(item: Item) -> str:
    return item.submission.command if isinstance(item, Filing) else item.command.id


def _same_again(item: Item, first: Item, answer: Answer | Opened) -> Answer | Opened:
    """The answer to a command whose id stands in the same batch before."""
    if isinstance(item, Filing) != isinstance(first, Filing):
        return refuse("command-reused")
    if isinstance(item, Order) and isinstance(first, Order) and item.number != first.number:
        return refuse("command-reused")
    return replace(answer, is_repeated=True) if isinstance(answer, Done | Opened) else answer


def _answer(order: Order, found: store.Loaded | None, deed: Deed) -> Answer:
    if found is None:
        return UnknownCase(order.number)
    if found.done_version is not None:
        return _repeated(order, found.case)
    case = deed.case(order.number)
    if order.command.expected is not None and order.command.expected != case.version:
        events = [*store.events_of([order.number]).get(order.number, []), *deed.events(order.number)]
        return Conflict(case, tuple(event for event in events if event.n > order.command.expected))
    try:
        change = deed.carry_out(order.number, order.command, order.doer)
    except Refused as refusal:
        return refusal
    return Done(change.after, change.events)


def _repeated(order: Order, case: Case) -> Done:
    """The answer that the command got the first time, with the case as it is now."""
    events = store.events_of([order.number])[order.number]
    return Done(case, tuple(e for e in events if e.command == order.command.id), is_repeated=True)


def _is_number(text: str) -> bool:
    try:
        id_of(text)
    except NumberError:
        return False
    return True


def _flush_group(items: Sequence[Item]) -> list[Answer | Opened]:
    return [_flush_alone(items[0])] if len(items) == 1 else _flush(items)


_GROUP: Group[Item, Answer | Opened] = Group(_flush_group)
