"""The projection law: a stored row is what its events add up to, whatever stood in the row when each of them came.

From nothing, the events of a case are folded one by one. Before each, the case is written and read as the store does,
so that going on from any stale row is going on from the fold itself. At the end stand the row, its tasks and clocks.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any

import psycopg
from django.db import connection, transaction

from tongban.casework import audit, coding, fold, rows
from tongban.casework.model import Case
from tongban.casework.numbers import case_number_of
from tongban.platform.database import query

Row = tuple[Any, ...]

_EVERYWHERE = (
    "select set_config('tongban.offices', coalesce(array_agg(id), '{}')::text, true) from publication_definition"
    " where position('office' in kind) > 0"
)
_held: set[tuple[object, ...]] = set()
"""Cases as they stood when the law was found to hold: most stand like that in test after test."""


def broken() -> Iterator[str]:
    """Every case of the city that is not what its events add up to, and what is wrong; asked as the application.

    Works within the test's transaction; where the test left that in ruins, there is nothing to ask.
    """
    if connection.connection is None or connection.needs_rollback or _is_in_ruins():
        return
    with transaction.atomic():
        query(_EVERYWHERE, [])
        cases = query(audit._CASES, [0, audit.PAGE])
        ids = [row[0] for row in cases]
        events, tasks, clocks = (_by_case(statement, ids) for statement in audit._BESIDE[:3]) if ids else ({}, {}, {})
    for case_id, *row in cases:
        stored = audit._Stored(tuple(row), events[case_id], tasks.get(case_id, ()), clocks.get(case_id, ()), (), None)
        seen = (case_id, stored.row, *stored.tasks, *stored.clocks)
        if seen in _held:
            continue
        found = list(_findings(case_id, stored))
        yield from (f"{case_number_of(case_id)}: {code} {detail}" for code, detail in found)
        if not found:
            _held.add(seen)


def _findings(case_id: int, stored: audit._Stored) -> Iterator[tuple[str, str]]:
    case: Case | None = None
    for event in (rows.read_event(*row) for row in stored.events):
        after = fold.evolve(case, event)
        if case is not None and fold.evolve(_read_back(case), event) != after:
            yield "stale-row-differs", str(event.n)
        case = after
    yield from audit._row_findings(case_id, stored, fold.rebuild([]) if case is None else case)


def _read_back(case: Case) -> Case:
    """A case as the store would read what it wrote of it."""
    written = coding.write_case(case)
    return coding.read_case(case.number, case.version, case.head, case.office, case.region, written)


def _by_case(statement: str, ids: Sequence[int]) -> dict[int, list[Row]]:
    """Rows by the case they belong to, as the audit has them: events keep it, the others are without it."""
    keeps = "casework_event" in statement
    return {
        case_id: [row if keeps else row[1:] for row in group]
        for case_id, group in groupby(query(statement, [list(ids)]), key=lambda row: row[0])
    }


def _is_in_ruins() -> bool:
    status: psycopg.pq.TransactionStatus = connection.connection.info.transaction_status
    return status == psycopg.pq.TransactionStatus.INERROR
