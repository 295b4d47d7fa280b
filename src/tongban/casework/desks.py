"""What a desk asks beside its lists: how much there is of what, who has how much, what was done today."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from tongban.casework.numbers import case_number_of
from tongban.casework.queries import FILTERED, Filter, filtered
from tongban.clock import Light
from tongban.platform import time
from tongban.platform.database import query

MOST_COUNTED: Final = 1_000
"""So many tasks of a list are counted one by one; of a longer list it is only said that there are more."""


@dataclass(frozen=True, slots=True)
class Count:
    """How many open tasks there are of one service and light that end on one day (None: no limit runs)."""

    service: str
    light: Light
    day: date | None
    tasks: int


@dataclass(frozen=True, slots=True)
class Load:
    """How many open tasks a person of an office holds (None: nobody) of one light that end on a day."""

    holder: str | None
    light: Light
    day: date | None
    tasks: int


@dataclass(frozen=True, slots=True)
class Step:
    """A step somebody took: on which case, which, when, and the version of the case after it."""

    number: str
    n: int
    step: str
    at: datetime


def counts(offices: Sequence[str], wanted: Filter | None = None) -> list[Count]:
    """The tasks of a list, counted: all, or of a longer list the most urgent, one more of them than `MOST_COUNTED`."""
    statement = f"select * from casework_task_counts({FILTERED}, %s)"  # noqa: S608 -- names of this package
    return [Count(*row) for row in query(statement, [*filtered(offices, time.now(), wanted), MOST_COUNTED + 1])]


def load_of_office(office: str, people: Sequence[str]) -> list[Load]:
    """What these people hold of an office's main tasks, and what none of them does, each counted as `counts` does;
    walks and exercises are no load.
    """
    statement = "select * from casework_load_of_office(%s, %s::text[], %s, %s)"
    return [Load(*row) for row in query(statement, [office, list(people), time.now(), MOST_COUNTED + 1])]


def done_by(actor: str, since: datetime, most: int = 500) -> list[Step]:
    """The steps that this actor took since a moment (in city time), the latest first."""
    found = query("select * from casework_done_by(%s, %s, %s)", [actor, since.isoformat(), most])
    return [Step(case_number_of(case_id), n, step, datetime.fromisoformat(at)) for case_id, n, step, at in found]
