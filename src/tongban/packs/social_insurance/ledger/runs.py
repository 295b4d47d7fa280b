"""What runs over a whole month in batches: the billing of employers, and the payment of benefits.

A run is begun once and knows how far it is (`done_to`), so that one that was killed is taken up again by the same call,
under the definitions that it was begun with.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from tongban.pack_api import Database, now


@dataclass(frozen=True, slots=True)
class Run:
    """A run over a month: the definitions it goes by, when it was finished, and how many it came to."""

    id: int
    month: int
    publication: str
    finished_at: datetime | None
    employers: int
    people: int


@dataclass(frozen=True, slots=True)
class Progress:
    """How many were passed, of how many that were not when this process began."""

    done: int
    of: int


def run_of(kind: str, month: int) -> Run | None:
    """A month's run of a kind, if it was begun."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select id, month, publication, finished_at, employers, people from insurance_run"
            " where kind = %s and month = %s",
            [kind, month],
        )
        row = cursor.fetchone()
    return None if row is None else Run(*row)


def begun(kind: str, month: int, publication: str, rules: Mapping[str, str]) -> Run:
    """The run of a month, begun where it was not; two that begin it at once begin one."""
    with connection.cursor() as cursor:
        cursor.execute(
            "insert into insurance_run (kind, month, publication, rules, started_at, done_to, employers, people)"
            " values (%s, %s, %s, %s::jsonb, %s, 0, 0, 0) on conflict do nothing",
            [kind, month, publication, json.dumps(rules), now()],
        )
    return _known(run_of(kind, month))


def finished(kind: str, run: Run) -> Run:
    """The run, at its end."""
    with connection.cursor() as cursor:
        cursor.execute("update insurance_run set finished_at = %s where id = %s", [now(), run.id])
    return _known(run_of(kind, run.month))


def done_to(db: Database, run: Run) -> int:
    """The last that a run has done."""
    db.execute("select done_to from insurance_run where id = %s", [run.id])
    return int(db.fetchall()[0][0])


def first_month_of(db: Database, kind: str) -> int | None:
    """The month of the first run of a kind, if one was begun."""
    db.execute("select min(month) from insurance_run where kind = %s", [kind])
    found: int | None = db.fetchall()[0][0]
    return found


def open_month_before(db: Database, kind: str, month: int) -> int | None:
    """The first month since the first run, and before this one, that no run of the kind has finished."""
    db.execute(
        "select min(earlier)"
        " from generate_series((select min(month) from insurance_run where kind = %s), %s - 1) earlier where not exists"
        " (select from insurance_run where (kind, month) = (%s, earlier) and finished_at is not null)",
        [kind, month, kind],
    )
    found: int | None = db.fetchall()[0][0]
    return found


def _known(run: Run | None) -> Run:
    if run is None:
        raise LookupError
    return run
