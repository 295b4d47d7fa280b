"""What a desk asks beside its list of tasks: how much there is of what, what waits for others, what was done today."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from tongban.casework.numbers import case_number_of, id_of
from tongban.clock import Light
from tongban.platform import time
from tongban.platform.database import query
from tongban.platform.ids import NumberError


@dataclass(frozen=True, slots=True)
class Count:
    """How many open tasks of one kind an office has: by name, holder (None: nobody), service, state, light and the day
    they are due (None: no limit runs).
    """

    office: str
    name: str
    holder: str | None
    service: str
    state: str
    light: Light
    day: date | None
    tasks: int


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """Some open cases that wait for somebody else, the most urgent first; `after` leads to the next page."""

    numbers: tuple[str, ...]
    after: str | None


@dataclass(frozen=True, slots=True)
class Step:
    """A step somebody took: on which case, which, when, and the version of the case after it."""

    number: str
    n: int
    step: str
    at: datetime


def counts(offices: Sequence[str]) -> list[Count]:
    """The open tasks of offices, counted."""
    found = query("select * from casework_task_counts(%s::text[], %s)", [list(offices), time.now()])
    return [Count(*row) for row in found]


def elsewhere(offices: Sequence[str], after: str | None = None, most: int = 50) -> Elsewhere:
    """Open cases of these offices that wait for the applicant, an earlier part or another office's opinion."""
    key = _key(after or "")
    statement = "select id, due_at::text from casework_elsewhere(%s::text[], %s::timestamptz, %s, %s)"
    found = query(statement, [list(offices), *key, most + 1])
    shown = [(case_number_of(case_id), due) for case_id, due in found[:most]]
    last = f"{shown[-1][1]}|{shown[-1][0]}" if len(found) > most else None
    return Elsewhere(tuple(number for number, _ in shown), last)


def done_by(actor: str, since: datetime, most: int = 500) -> list[Step]:
    """The steps that this actor took since a moment (in city time), the latest first."""
    found = query("select * from casework_done_by(%s, %s, %s)", [actor, since.isoformat(), most])
    return [Step(case_number_of(case_id), n, step, datetime.fromisoformat(at)) for case_id, n, step, at in found]


def _key(after: str) -> tuple[str, int]:
    """The key that a page gave; anything else is the beginning."""
    due_at, _, number = after.partition("|")
    try:
        return due_at, id_of(number)
    except NumberError:
        return "-infinity", 0
