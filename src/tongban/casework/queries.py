"""Reading casework for pages and doors: one case, its timeline, lists of tasks, the load of an office.

Everybody reads through a reach: the offices they work in and the subjects they act for. What lies outside answers as if
it were not there. Lists are paged by key and go through row-level security.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from tongban.casework import store
from tongban.casework.model import Case, Event
from tongban.casework.numbers import application_number_of, case_number_of, id_of
from tongban.casework.sealed import Sealed
from tongban.catalog.vocabulary import Value
from tongban.clock import Light, light
from tongban.platform import time
from tongban.platform.database import query
from tongban.platform.ids import NumberError

INSIDE = frozenset({"noted", "claimed", "released", "handed-over"})
"""Kinds of events that only the offices see."""

INSIDE_TEXTS = frozenset({"note"})
"""Texts that only the offices see; reasons and what is to be corrected are for the applicant."""

_LAST_ID = 2**62


@dataclass(frozen=True, slots=True)
class Reach:
    """What somebody may see: cases at these offices, and applications of these subjects."""

    offices: tuple[str, ...] = ()
    applicants: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a timeline: the event, with the texts and facts that this reader may see."""

    event: Event
    texts: Mapping[str, str]
    facts: Mapping[str, Value]


@dataclass(frozen=True, slots=True)
class TaskRow:
    """An open task in a list. `due_at` is None while no limit runs; then the light is green."""

    number: str
    id: str
    office: str
    supervisor: str | None
    holder: str | None
    service: str
    state: str
    yellow_at: datetime | None
    due_at: datetime | None
    light: Light


@dataclass(frozen=True, slots=True)
class Filter:
    """What a list shows: tasks of one light, held by one person or by nobody, of one service, in some states, only
    those that stand for the state itself (`is_main`) or only what steps opened beside it, as opinions.
    """

    light: Light | None = None
    holder: str | None = None
    is_free: bool = False
    service: str | None = None
    states: tuple[str, ...] | None = None
    is_main: bool | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """Some tasks, the most urgent first; `after` leads to the next page and is None on the last."""

    tasks: tuple[TaskRow, ...]
    after: str | None


@dataclass(frozen=True, slots=True)
class Load:
    """How many open tasks a person of an office holds (None: nobody) that end on a day (None: no limit runs)."""

    holder: str | None
    day: date | None
    tasks: int


@dataclass(frozen=True, slots=True)
class ApplicationRow:
    """An application in a list."""

    number: str
    bundle: str | None
    mode: store.Mode
    submitted_at: datetime
    promised: date | None
    is_open: bool


def case(number: str, reach: Reach) -> tuple[Case, store.ApplicationBrief] | None:
    """A case with its application, if it exists and is within reach."""
    if not is_within(number, reach):
        return None
    found = store.load_cases([number])
    return (found[number].case, found[number].application) if found else None


def is_within(number: str, reach: Reach) -> bool:
    """Whether a case exists and is within reach."""
    return bool(within([number], reach))


def within(numbers: Iterable[str], reach: Reach) -> list[str]:
    """Those of these cases that exist and are within reach, in their order."""
    ids = {number: case_id for number in numbers if (case_id := _id_or_none(number)) is not None}
    statement = "select id from unnest(%s::bigint[]) id where casework_within_reach(id, %s::text[], %s::bigint[])"
    found = query(statement, [list(ids.values()), list(reach.offices), list(reach.applicants)]) if ids else []
    seen = {case_id for (case_id,) in found}
    return [number for number, case_id in ids.items() if case_id in seen]


def _id_or_none(number: str) -> int | None:
    try:
        return id_of(number)
    except NumberError:
        return None


def timeline(number: str, reach: Reach) -> list[Entry]:
    """What happened to a case, as far as this reader may see it; empty where the case is out of reach."""
    return timelines([number], reach).get(number, [])


def timelines(numbers: Iterable[str], reach: Reach) -> dict[str, list[Entry]]:
    """What happened to cases, by number, as far as this reader may see it; without those that are out of reach."""
    seen = within(numbers, reach)
    inside = set(within(seen, Reach(reach.offices))) if reach.offices else set()
    events, values = store.events_of(seen), store.values_of(seen)
    return {number: _entries(events.get(number, []), values[number], works_here=number in inside) for number in seen}


def _entries(events: Sequence[Event], values: Sequence[Sealed], *, works_here: bool) -> list[Entry]:
    by_event: dict[int, dict[str, Value]] = {}
    for one in values:
        by_event.setdefault(one.n, {}).update(one.values)
    return [
        _entry(event, by_event.get(event.n, {}), works_here=works_here)
        for event in events
        if works_here or event.kind not in INSIDE
    ]


def tasks(offices: Sequence[str], wanted: Filter | None = None, after: str | None = None, most: int = 50) -> Page:
    """Open tasks of these offices. `after` is the key that the page before gave."""
    now = time.now()
    chosen = wanted or Filter()
    parameters = [
        list(offices), now, chosen.light, chosen.holder, chosen.is_free, chosen.service,
        None if chosen.states is None else list(chosen.states), chosen.is_main, *_key(after), most + 1,
    ]  # fmt: skip
    places = "%s::text[], %s, %s, %s, %s, %s, %s::text[], %s, %s::timestamptz, %s, %s, %s"
    return _page(query(f"select {_TASK} from casework_tasks({places})", parameters), now, most)  # noqa: S608


def key_of(task: TaskRow) -> str:
    """What leads to the tasks after this one."""
    return f"{task.due_at.isoformat() if task.due_at else 'infinity'}|{id_of(task.number)}|{task.id}"


def watched(offices: Sequence[str], after: str | None = None, most: int = 50) -> Page:
    """Open tasks of other offices that these offices supervise."""
    parameters = [list(offices), *_key(after), most + 1]
    statement = f"select {_TASK} from casework_watched(%s::text[], %s::timestamptz, %s, %s, %s)"  # noqa: S608
    return _page(query(statement, parameters), time.now(), most)


def load_of_office(office: str) -> list[Load]:
    """The open tasks of an office by person and by the day they end."""
    return [Load(*row) for row in query("select * from casework_load_of_office(%s)", [office])]


def applications_of(applicants: Sequence[int], before: str | None = None, most: int = 50) -> list[ApplicationRow]:
    """Applications of subjects, the newest first, older than `before`."""
    limit = id_of(before) if before else _LAST_ID
    found = query("select * from casework_applications_of(%s::bigint[], %s, %s)", [list(applicants), limit, most])
    return [ApplicationRow(application_number_of(row[0]), *row[1:]) for row in found]


_TASK = (
    "case_id, id, office, supervisor, holder, service, state, nullif(yellow_at, 'infinity'), nullif(due_at, 'infinity')"
)


def _entry(event: Event, values: Mapping[str, Value], *, works_here: bool) -> Entry:
    texts = {
        name: str(value)
        for name, value in values.items()
        if not store.is_fact(name) and (works_here or name not in INSIDE_TEXTS)
    }
    return Entry(event, texts, {name: value for name, value in values.items() if store.is_fact(name)})


def _page(found: list[tuple[Any, ...]], now: datetime, most: int) -> Page:
    shown = tuple(_task(row, now) for row in found[:most])
    return Page(shown, key_of(shown[-1]) if len(found) > most else None)


def _task(row: tuple[Any, ...], now: datetime) -> TaskRow:
    case_id, task, office, supervisor, holder, service, state, yellow_at, due_at = row
    colour: Light = light(now, yellow_at, due_at) if yellow_at and due_at else "green"
    number = case_number_of(case_id)
    return TaskRow(number, task, office, supervisor, holder, service, state, yellow_at, due_at, colour)


def _key(after: str | None) -> tuple[str, int, str]:
    """The key that a page gave; anything else is the beginning."""
    due_at, _, rest = (after or "").partition("|")
    case_id, _, task = rest.partition("|")
    return (due_at, int(case_id), task) if due_at and case_id.isdecimal() else ("-infinity", 0, "")
