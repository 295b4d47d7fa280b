"""Reading casework for pages and doors: one case, its timeline, lists of tasks, the load of an office.

Everybody reads through a reach: the offices they work in and the subjects they act for. What lies outside answers as if
it were not there. Lists are paged by key and go through row-level security.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from operator import itemgetter
from typing import Any, Final

from tongban.casework import rows, sealed, store
from tongban.casework.model import Case, Event
from tongban.casework.numbers import application_number_of, case_number_of, id_of
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
    case_id = _id_or_none(number)
    if case_id is None:
        return None
    found = query(_CASE, [case_id, list(reach.offices), list(reach.applicants)])
    if not found:
        return None
    (*row, publication, mode, applicant, bundle) = found[0]
    seen = rows.read_case(*row)
    return seen, store.ApplicationBrief(seen.application, publication, mode, applicant, bundle)


_CASE = """
select l.id, l.version, l.head, l.office, l.region, l.state, l.publication, l.mode, l.applicant, l.bundle
from casework_load(
    array(select id from (select %s::bigint as id) c where casework_within_reach(id, %s::text[], %s::bigint[])), '{}') l
"""


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
    ids = {case_id: number for number in numbers if (case_id := _id_or_none(number)) is not None}
    found = query(_TOLD, [list(ids), list(reach.offices), list(reach.applicants)]) if ids else []
    told: dict[str, list[Entry]] = {}
    for (case_id, n, works_here), group in groupby(found, itemgetter(0, 1, 2)):
        pieces = list(group)
        event = rows.read_event(case_id, n, *pieces[0][3:6])
        values: dict[str, Value] = {}
        for *_, subject, body in pieces:
            if body is not None:
                values |= sealed.unseal(case_id, subject, n, bytes(body)).values
        if works_here or event.kind not in INSIDE:
            told.setdefault(ids[case_id], []).append(_entry(event, values, works_here=works_here))
    return told


_TOLD = """
with seen as materialized (
    select id, casework_within_reach(id, o.offices, '{}') as works_here
    from unnest(%s::bigint[]) id, (select %s::text[] as offices) o
    where casework_within_reach(id, o.offices, %s::bigint[])
), event as materialized (
    select * from casework_events(array(select id from seen))
), value as materialized (
    select * from casework_values(array(select id from seen))
)
select e.case_id, e.n, s.works_here, e.command_id, e.k, e.body, v.subject, v.body
from event e join seen s on s.id = e.case_id left join value v on v.case_id = e.case_id and v.n = e.n
order by e.case_id, e.n, v.subject
"""
"""Each event of the cases within reach, once for each subject of whom it holds values."""


def tasks(offices: Sequence[str], wanted: Filter | None = None, after: str | None = None, most: int = 50) -> Page:
    """Open tasks of these offices. `after` is the key that the page before gave."""
    now = time.now()
    parameters = [*filtered(offices, now, wanted), *_key(after), most + 1]
    statement = f"select {_TASK} from casework_tasks({FILTERED}, %s::timestamptz, %s, %s, %s)"  # noqa: S608
    return _page(query(statement, parameters), now, most)


def filtered(offices: Sequence[str], now: datetime, wanted: Filter | None) -> list[Any]:
    """What stands for `FILTERED` in a statement."""
    chosen = wanted or Filter()
    states = None if chosen.states is None else list(chosen.states)
    return [
        list(offices), now, chosen.light, chosen.holder, chosen.is_free, chosen.service, states, chosen.is_main
    ]  # fmt: skip


FILTERED: Final = "%s::text[], %s, %s, %s, %s, %s, %s::text[], %s"
"""How a function of the database is given whose tasks and which."""


def key_of(task: TaskRow) -> str:
    """What leads to the tasks after this one."""
    return f"{task.due_at.isoformat() if task.due_at else 'infinity'}|{id_of(task.number)}|{task.id}"


def watched(offices: Sequence[str], after: str | None = None, most: int = 50) -> Page:
    """Open tasks of other offices that these offices supervise."""
    parameters = [list(offices), *_key(after), most + 1]
    statement = f"select {_TASK} from casework_watched(%s::text[], %s::timestamptz, %s, %s, %s)"  # noqa: S608
    return _page(query(statement, parameters), time.now(), most)


def open_cases(after: str | None = None, most: int = 50) -> tuple[list[str], str | None]:
    """Numbers of the open cases of every office, the most urgent first, and what leads to those after them.

    Read as the auditor, who sees the cases of every office.
    """
    statement = "select id, due_at::text from casework_open_cases(%s::timestamptz, %s, %s)"
    return _numbers(query(statement, [*_case_key(after), most + 1], "auditor"), most)


def elsewhere(offices: Sequence[str], after: str | None = None, most: int = 50) -> tuple[list[str], str | None]:
    """Numbers of the open cases of these offices that wait for the applicant, an earlier part or another office's
    opinion, the most urgent first, and what leads to those after them.
    """
    statement = "select id, due_at::text from casework_elsewhere(%s::text[], %s::timestamptz, %s, %s)"
    return _numbers(query(statement, [list(offices), *_case_key(after), most + 1]), most)


def passed(offices: Sequence[str], after: str | None = None, most: int = 50) -> tuple[list[str], str | None]:
    """Numbers of the open cases that these offices handed up or down, the most urgent first, and what leads on."""
    statement = "select id, due_at::text from casework_passed(%s::text[], %s::timestamptz, %s, %s)"
    return _numbers(query(statement, [list(offices), *_case_key(after), most + 1]), most)


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


def _numbers(found: list[tuple[Any, ...]], most: int) -> tuple[list[str], str | None]:
    shown = [case_number_of(case_id) for case_id, _ in found[:most]]
    return shown, f"{found[most - 1][1]}|{shown[-1]}" if len(found) > most else None


def _case_key(after: str | None) -> tuple[str, int]:
    """As `_key`, of a list of cases."""
    due_at, _, number = (after or "").partition("|")
    case_id = _id_or_none(number)
    return ("-infinity", 0) if case_id is None else (due_at, case_id)
