"""Cases and events as rows: what the writing functions are given, and what the reading functions answer."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import orjson

from tongban.casework import chain, coding, sealed, timing
from tongban.casework.model import MAIN_TASK, Case, Change, Event
from tongban.casework.numbers import case_number_of, id_of

NEVER = "infinity"
"""The due moment of a task that no limit runs for: it stands at the end of every list."""

Row = dict[str, Any]

BESIDE: Final = ("events", "closed", "tasks", "stopped", "clocks", "values")
"""What is written beside a case: tasks opened or changed and closed, clocks started or moved and stopped, values."""


def case_row(change: Change) -> Row:
    """The columns of a case, and the version it must have had."""
    case = change.after
    return {
        "id": id_of(case.number),
        "was": change.before.version if change.before else 0,
        "version": case.version,
        "head": case.head,
        "office": case.office,
        "region": case.region,
        "due": timing.next_due(case),
        "open": case.is_open,
        "state": coding.write_case(case),
    }


def rows_beside(change: Change) -> dict[str, list[Row]]:
    """What else changes, by the names of `BESIDE`."""
    case_id = id_of(change.after.number)
    tasks_before = task_rows(change.before) if change.before else {}
    tasks = task_rows(change.after)
    clocks_before = clock_rows(change.before) if change.before else {}
    clocks = clock_rows(change.after)
    roles = change.after.roles
    return {
        "events": [_event_row(case_id, event) for event in change.events],
        "closed": [{"case_id": case_id, "id": task} for task in tasks_before.keys() - tasks.keys()],
        "tasks": [row for task, row in tasks.items() if row != tasks_before.get(task)],
        "stopped": [{"case_id": case_id, "name": name} for name in clocks_before.keys() - clocks.keys()],
        "clocks": [row for name, row in clocks.items() if row != clocks_before.get(name)],
        "values": [row for event in change.events if event.values for row in sealed.seal(case_id, event, roles)],
    }


def _event_row(case_id: int, event: Event) -> Row:
    body = orjson.Fragment(chain.canonical(chain.body(event)))
    return {"case_id": case_id, "n": event.n, "command": event.command, "k": event.k, "body": body}


def task_rows(case: Case) -> dict[str, Row]:
    """The rows of a case's open tasks, by task id."""
    case_id = id_of(case.number)
    pairs = [timing.moments(clock.green_until, clock.due) for clock in case.clocks]
    first = min(((due_at, yellow_at) for yellow_at, due_at in pairs if due_at and yellow_at), default=None)
    rows = {}
    for task in case.tasks:
        yellow_at, due_at = timing.moments(task.green_until, task.due)
        if task.name == MAIN_TASK and first:
            due_at, yellow_at = first
        rows[task.id] = {
            "case_id": case_id,
            "id": task.id,
            "office": task.office,
            "supervisor": task.supervisor,
            "holder": task.holder,
            "service": case.service,
            "state": case.state,
            "yellow_at": yellow_at or NEVER,
            "due_at": due_at or NEVER,
        }
    return rows


def clock_rows(case: Case) -> dict[str, Row]:
    """The rows of a case's running clocks and of its tasks with a limit, by the clock's name or the task's id."""
    running = [(c.name, c.limit, c.silence, *timing.moments(c.green_until, c.due)) for c in case.clocks]
    running += [(t.id, t.limit or "", t.silence, *timing.moments(t.green_until, t.due)) for t in case.tasks]
    return {
        name: {
            "case_id": id_of(case.number),
            "name": name,
            "allowed": limit,
            "yellow_at": yellow_at,
            "due_at": due_at,
            "silence": silence is not None,
        }
        for name, limit, silence, yellow_at, due_at in running
        if due_at is not None
    }


def read_case(case_id: int, version: int, head: str, office: str, region: str, state: str) -> Case:
    """A case from its row."""
    return coding.read_case(case_number_of(case_id), version, head, office, region, orjson.loads(state))


def read_event(case_id: int, n: int, command_id: UUID, k: int, body: str) -> Event:
    """An event from its row, without its values."""
    json: Mapping[str, Any] = orjson.loads(body)
    return Event(
        case=case_number_of(case_id),
        n=n,
        kind=json["kind"],
        command=str(command_id),
        k=k,
        actor=json["actor"],
        happened_at=datetime.fromisoformat(json.get("happened_at", json["recorded_at"])),
        recorded_at=datetime.fromisoformat(json["recorded_at"]),
        definition=json["definition"],
        calendar=json.get("calendar", ""),
        data=json["data"],
        format=json.get("format", 1),
    )
