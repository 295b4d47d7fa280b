"""督办: how far one case of the board has come, step by step, for leaders who do not handle it. Nobody's data is in it.

A stretch is a time in which a case stood in one state at one office, or in which another office was asked beside it; it
is held against the limit that ran then. Who of an office has it is told to that office and to who supervises it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from tongban.accounts.actor import Actor
from tongban.applications.naming import actor_labels
from tongban.applications.offers import OPENED_BY_THE_HOUSE
from tongban.applications.problems import forbidden, not_found
from tongban.casework import fold, store, timing
from tongban.casework.model import MAIN_TASK, WITHDRAWN, Case, Event
from tongban.casework.numbers import id_of
from tongban.catalog.model import Catalog, ProcedureDefinition
from tongban.catalog.vocabulary import Text
from tongban.clock import Calendar, Light, light, working_days_between
from tongban.platform import time
from tongban.platform.ids import NumberError, from_address
from tongban.publication import calendars
from tongban.publication import service as publication
from tongban.registry.looks import note_looks
from tongban.registry.model import Reader


@dataclass(frozen=True, slots=True)
class Stretch:
    """A time at one step. ``name``: the state, or of what is asked beside it (``is_beside``) the task; ``until`` is
    None while it lasts. ``allowed`` and ``due``: the limit that ended first, and its date; None where none ran.
    """

    name: str
    office: str
    since: datetime
    allowed: str | None
    green_until: date | None
    due: date | None
    is_beside: bool = False
    until: datetime | None = None
    workdays: int = 0
    light: Light | None = None

    @property
    def key(self) -> tuple[str, bool, str]:
        """What goes on while this stays the same."""
        return self.name, self.is_beside, self.office


@dataclass(frozen=True, slots=True)
class Progress:
    """Where a case has been, in order. ``desk`` is whose turn it is now (a performer of the procedure), empty once it
    has ended; ``holder`` who has it: None where nobody took it, or where it is not this reader's to know.
    """

    number: str
    service: str
    catalog: Catalog
    procedure: ProcedureDefinition
    stretches: Sequence[Stretch]
    state: str
    desk: str
    is_taken: bool
    holder: Text | None
    is_own: bool

    @property
    def now(self) -> Sequence[Stretch]:
        """Where it is at this moment: first the state itself, then who was asked beside it."""
        return [one for one in self.stretches if one.until is None]


def of(actor: Actor, number: str) -> Progress:
    """How far a case of the board has come; its applicant sees who looked. Raises Problem 403, 404."""
    if not actor.has_role("head"):
        raise forbidden("负责人才能督办", "This is for heads.")
    case, applicant, catalog = _found(number)
    definition = catalog.services[case.service]
    procedure = catalog.procedures[definition.procedure]
    now = time.now()
    stretches = stretches_of(store.events_of([case.number])[case.number], calendars.current(), now)
    main = case.task(MAIN_TASK)
    is_own = bool({case.office, case.supervisor, *(task.office for task in case.tasks)} & actor.offices.keys())
    label = actor_labels([main.holder], by_name=True)[main.holder] if is_own and main and main.holder else None
    authority = catalog.offices[case.office].authority if case.office in catalog.offices else ""
    purpose = Text(f"督办：{definition.title.zh}", f"Supervision: {definition.title.en}")
    reader = Reader(actor.id, purpose, next(iter(actor.offices), None), case.application, case.number)
    note_looks({(applicant, authority): []}, reader)
    return Progress(
        number=case.number,
        service=case.service,
        catalog=catalog,
        procedure=procedure,
        stretches=stretches,
        state=case.state,
        desk=_desk(procedure, case),
        is_taken=bool(main and main.holder),
        holder=Text(label["zh"], label["en"]) if label else None,
        is_own=case.office in actor.offices,
    )


def _found(number: str) -> tuple[Case, int, Catalog]:
    """A real case that boards count, whose application it is, and under which catalogue. Raises Problem 404."""
    try:
        number = from_address(number)
        id_of(number)
    except NumberError:
        raise not_found() from None
    found = store.load_cases([number]).get(number)
    if found is None or found.application.mode != "real" or found.case.service in OPENED_BY_THE_HOUSE:
        raise not_found()
    return found.case, found.application.applicant, publication.at(found.application.publication)


def _desk(procedure: ProcedureDefinition, case: Case) -> str:
    """Who takes the step that leads on from a state."""
    steps = (step for step in procedure.steps.values() if case.state in step.from_)
    return next((step.by for step in steps if step.to not in {None, WITHDRAWN}), "") if case.is_open else ""


def stretches_of(events: Sequence[Event], calendar: Calendar, now: datetime) -> list[Stretch]:
    """The stretches that the events of one case add up to, as they began. Pure."""
    ended, lasting = list[Stretch](), dict[tuple[str, bool, str], Stretch]()
    case: Case | None = None
    for event in events:
        case = fold.evolve(case, event)
        going = {one.key: one for one in _going(case, event.happened_at)}
        for key in [key for key in lasting if key not in going]:
            ended.append(replace(lasting.pop(key), until=event.happened_at))
        for key, one in going.items():
            lasting[key] = replace(one, since=lasting[key].since) if key in lasting else one
    return sorted(
        (_measured(one, calendar, now) for one in [*ended, *lasting.values()]),
        key=lambda one: (one.since, one.is_beside, one.office),
    )


def _going(case: Case, at: datetime) -> Iterator[Stretch]:
    """What goes on after an event, each as if it began with it; ``light`` is told when the stretch is whole."""
    if not case.is_open:
        return
    clock = min((clock for clock in case.clocks if clock.due), key=lambda one: one.due or date.max, default=None)
    limit = (clock.limit, clock.green_until, clock.due) if clock else (None, None, None)
    yield Stretch(case.state, case.office, at, *limit)
    for task in case.tasks:
        if task.name != MAIN_TASK:
            yield Stretch(task.name, task.office, at, task.limit, task.green_until, task.due, is_beside=True)


def _measured(one: Stretch, calendar: Calendar, now: datetime) -> Stretch:
    at = one.until or now
    yellow_at, red_at = timing.moments(one.green_until, one.due)
    colour = light(at, yellow_at, red_at) if yellow_at and red_at else None
    days = working_days_between(calendar, one.since.astimezone(time.ZONE).date(), at.astimezone(time.ZONE).date())
    return replace(one, workdays=days, light=colour)
