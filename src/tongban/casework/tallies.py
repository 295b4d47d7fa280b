"""What boards count, kept folded: right to the last committed event, and as quick over millions of cases as over ten.

`sql/tallies.sql` says how. Whoever reads folds first, so a figure never lags behind the record; the worker folds each
minute, so that little is left to fold. Cases of walks and exercises are counted nowhere.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from django.db import transaction

from tongban.casework.numbers import case_number_of
from tongban.clock import SHANGHAI, Light
from tongban.platform.database import query

NEWEST: Final = 1_000
"""Of so many cases of a service it is counted how they went from state to state."""


@dataclass(frozen=True, slots=True)
class Open:
    """Open cases of a service at an office under each light; ``soon`` are due by the moment asked for, not overdue."""

    office: str
    service: str
    green: int
    yellow: int
    red: int
    soon: int


@dataclass(frozen=True, slots=True)
class Red:
    """Overdue cases with one limit (``allowed``) that ended at one moment."""

    allowed: str
    due_at: datetime
    cases: int


@dataclass(frozen=True, slots=True)
class Flow:
    """Cases of a service at the office that has them: ended since a Monday, ``late`` of them after their date; came and
    gone (ended) in the weeks asked for.
    """

    office: str
    service: str
    ended: int
    late: int
    came: int
    gone: int


@dataclass(frozen=True, slots=True)
class Took:
    """Cases of a service, or matters of a bundle, that took so many days and ended in the week from this Monday."""

    about: str
    week: date
    days: int
    cases: int


@dataclass(frozen=True, slots=True)
class OpenCase:
    """One open case behind a figure."""

    number: str
    office: str
    service: str
    state: str
    allowed: str | None
    yellow_at: datetime | None
    due_at: datetime | None


def fold() -> int:
    """Fold what was committed since; returns how many cases that touched. The first time counts everything."""
    return int(query("select casework_fold()", [])[0][0])


def recount() -> int:
    """Count everything anew, as the owner; returns how many lines there are. Whoever folds meanwhile waits."""
    with transaction.atomic(using="owner"):
        return int(query("select casework_recount()", [], "owner")[0][0])


def monday_of(moment: datetime) -> date:
    """The Monday of the week in which a moment lies."""
    day = moment.astimezone(SHANGHAI).date()
    return day - timedelta(days=day.weekday())


def open_now(now: datetime, soon: datetime, without: Collection[str] = ()) -> list[Open]:
    """Every open case once; ``without`` are services that do not count."""
    statement = "select * from casework_tally_open(%s, %s, %s::text[])"
    return [Open(*row) for row in query(statement, [now, soon, list(without)])]


def red(now: datetime, without: Collection[str] = ()) -> list[Red]:
    """Every overdue case once."""
    return [Red(*row) for row in query("select * from casework_tally_red(%s, %s::text[])", [now, list(without)])]


def flow(since: date, weeks: tuple[date, date], without: Collection[str] = ()) -> list[Flow]:
    """What ended since a Monday, and what came and ended in the weeks from one Monday until before another."""
    statement = "select * from casework_tally_flow(%s, %s, %s, %s::text[])"
    return [Flow(*row) for row in query(statement, [since, *weeks, list(without)])]


def sent(since: date, without: Collection[str] = ()) -> dict[str, int]:
    """How many cases came since a Monday, by service."""
    return dict(query("select * from casework_tally_sent(%s, %s::text[])", [since, list(without)]))


def late(since: date, now: datetime, overdue: Sequence[Red], without: Collection[str] = ()) -> list[tuple[date, int]]:
    """How many cases were overdue when each week from a Monday on ended; the present week as it is now.

    A case is judged by the date that it had last, so a date that was moved moves the past with it. ``overdue``: `red`.
    """
    spans = query("select * from casework_tally_was_late(%s, %s::text[])", [since, list(without)])
    spans += [(monday_of(one.due_at - timedelta(microseconds=1)), None, one.cases) for one in overdue]
    weeks = range(0, (monday_of(now) - since).days + 1, 7)
    return [
        (week, sum(cases for due, met, cases in spans if due <= week and (met is None or met > week)))
        for week in (since + timedelta(days=days) for days in weeks)
    ]


def took(since: date, about: Sequence[str]) -> list[Took]:
    """How many days those cases of services, and matters of bundles, took that ended since a Monday."""
    return [Took(*row) for row in query("select * from casework_tally_days(%s, %s::text[])", [since, list(about)])]


def behind(
    now: datetime, offices: Sequence[str], service: str | None, light: Light | None, without: Collection[str], most: int
) -> list[OpenCase]:
    """The open cases behind a figure, the most urgent first."""
    statement = "select * from casework_tally_cases(%s, %s::text[], %s, %s, %s::text[], %s)"
    found = query(statement, [now, list(offices), service, light, list(without), most])
    return [OpenCase(case_number_of(case_id), *rest) for case_id, *rest in found]


def follows(service: str) -> dict[tuple[str | None, str], int]:
    """How often the `NEWEST` cases of a service went from one state to another; None is before the first."""
    found = query("select * from casework_follows(%s, %s)", [service, NEWEST])
    return {(was, became): times for was, became, times in found}


@dataclass(frozen=True, slots=True)
class Logged:
    """A case as an event log has it."""

    number: str
    service: str
    bundle: str | None
    state: str
    result: str | None


def logged(service: str | None, since: datetime | None, until: datetime | None, after: int, most: int) -> list[Logged]:
    """Real cases as they came: of a service or all, sent in from one moment until before another, after a row id."""
    statement = "select * from casework_logged(%s::text, %s::timestamptz, %s::timestamptz, %s, %s)"
    found = query(statement, [service, since, until, after, most])
    return [Logged(case_number_of(case_id), *rest) for case_id, *rest in found]
