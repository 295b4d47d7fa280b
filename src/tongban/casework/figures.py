"""What the whole city did, in figures that name nobody: cases by office, service and month; matters of several offices.

Each of these reads whole tables, so whoever shows them asks now and then, not for every reader.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from tongban.casework.numbers import case_number_of, id_of
from tongban.platform import time
from tongban.platform.database import query

NEWEST: Final = 1_000
"""Of so many cases it is counted where their facts came from."""


@dataclass(frozen=True, slots=True)
class Figure:
    """Real cases of one service at one office, sent in during one month, whose first day is ``month``.

    ``at_window``: of applications that a window began.
    """

    office: str
    service: str
    month: date
    cases: int
    at_window: int
    ended: int
    within_a_day: int
    handed_up: int
    handed_down: int


@dataclass(frozen=True, slots=True)
class Joined:
    """Applications in which several authorities took part, their cases, and the most authorities of one."""

    applications: int
    cases: int
    most: int


@dataclass(frozen=True, slots=True)
class Overdue:
    """Real cases of one service at one office that are past a limit: how many, and the oldest of them."""

    office: str
    service: str
    cases: int
    oldest: str


def figures(at_window: Iterable[str] = ()) -> list[Figure]:
    """Every real case once, counted by the office that has it now, its service and its month.

    ``at_window`` are the numbers of the applications that a window began.
    """
    statement = "select * from casework_figures(%s::bigint[])"
    return [Figure(*row) for row in query(statement, [[id_of(number) for number in at_window]])]


def overdue() -> list[Overdue]:
    """Open real cases with a limit that has ended by now, by office and service."""
    found = query("select * from casework_overdue(%s)", [time.now()])
    return [Overdue(office, service, cases, case_number_of(oldest)) for office, service, cases, oldest in found]


def joined(authorities: Mapping[str, str]) -> Joined:
    """What brought several authorities together; ``authorities`` names that of each office."""
    statement = "select * from casework_joined(%s::text[], %s::text[])"
    [row] = query(statement, [list(authorities), list(authorities.values())])
    return Joined(*row)


def taken(windows: Mapping[str, str]) -> list[tuple[str, str, int]]:
    """Windows with the offices that have what they took, and how many cases; ``windows`` names each application's."""
    statement = "select * from casework_taken(%s::bigint[], %s::text[])"
    found = query(statement, [[id_of(number) for number in windows], list(windows.values())])
    return [(window, office, cases) for window, office, cases in found]


def sources() -> dict[str, int]:
    """Where the facts of the `NEWEST` cases came from, counted by source (`model.Given`)."""
    return dict(query("select * from casework_sources(%s)", [NEWEST]))
