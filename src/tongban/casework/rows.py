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
    """What else changes, by the names of `BESIDE`. Tasks and clocks that no event touched are the very same tuple."""
    before, after, case_id = change.before, change.after, id_of(change.after.number)
    beside = {
        "events": [_event_row(case_id, event) for event in change.events],
        "values": [row for event in change.events if event.values for row in sealed.seal(case_id, event, after.roles)],
    }
    limits_stand = before is not None and before.tasks is after.tasks and before.clocks is after.clocks
    if not limits_stand or (before and before.state != after.state):
        was, tasks = task_rows(before) if before else {}, task_rows(after)
        beside["closed"] = [{"case_id": case_id, "id": task} for task in was if task not in tasks]
        beside["tasks"] = [row for task, row in tasks.items() if row != was.get(task)]
    if not limits_stand:
        was, clocks = clock_rows(before) if before else {}, clock_rows(after)
        beside["stopped"] = [{"case_id": case_id, "name": name} for name in was if name not in clocks]
        beside["clocks"] = [row for name, row in clocks.items() if row != was.get(name)]
    return beside


def _event_row(case_id: int, event: Event) -> Row:
    body = orjson.Fragment(chain.canonical(chain.body(event)))
    return {"case_id": case_id, "n": event.n, "command": event.command, "k": event.k, "body": body}


def task_rows(case: Case) -> dict[str, Row]:
    """The rows of a case's open tasks, by task id."""
    case_id = id_of(case.number)
    rows = {}
    for task in case.tasks:
        yellow_at, due_at = timing.moments(task.green_until, task.due)
        if task.name == MAIN_TASK:
            yellow_at, due_at = timing.first_lights(case)
        task_id = task.id
        rows[task_id] = {
            "case_id": case_id,
            "id": task_id,
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
    running += [(t.id, t.limit, t.silence, *timing.moments(t.green_until, t.due)) for t in case.tasks if t.limit]
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
