"""How cases, clocks and tasks are written as JSON and read back: the one form used in events and in stored rows.

What is empty or false is left out, so that records stay small.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, cast

from tongban.casework.model import Case, Json, Pause, RunningClock, Task


def write_day(value: date | None) -> str | None:
    """A date or a moment in ISO 8601; None stays."""
    return None if value is None else value.isoformat()


def read_day(text: str | None) -> date | None:
    """The date, or the moment with its offset, that `write_day` wrote."""
    if text is None:
        return None
    return date.fromisoformat(text) if len(text) == len("2026-11-16") else datetime.fromisoformat(text)


def write_clock(clock: RunningClock) -> dict[str, Json]:
    """A clock without its name, which is the key it stands under."""
    pauses: list[Json] = [[write_day(p.since), write_day(p.until), p.kind, p.reason] for p in clock.pauses]
    return _without_empty(
        {
            "limit": clock.limit,
            "since": write_day(clock.since),
            "due": write_day(clock.due),
            "green_until": write_day(clock.green_until),
            "provisional": clock.is_provisional,
            "second": clock.second,
            "second_due": write_day(clock.second_due),
            "silence": clock.silence,
            "pauses": pauses,
            "extensions": list(clock.extensions),
        }
    )


def read_clock(name: str, json: Mapping[str, Any]) -> RunningClock:
    """The clock that `write_clock` wrote."""
    return RunningClock(
        name=name,
        limit=json["limit"],
        since=_day(json["since"]),
        due=read_day(json.get("due")),
        green_until=read_day(json.get("green_until")),
        is_provisional=json.get("provisional", False),
        second=json.get("second"),
        second_due=read_day(json.get("second_due")),
        silence=json.get("silence"),
        pauses=tuple(Pause(_day(a), read_day(b), kind, reason) for a, b, kind, reason in json.get("pauses", ())),
        extensions=tuple(json.get("extensions", ())),
    )


def write_task(task: Task) -> dict[str, Json]:
    """A task as an object."""
    return _without_empty(
        {
            "name": task.name,
            "office": task.office,
            "supervisor": task.supervisor,
            "holder": task.holder,
            "limit": task.limit,
            "since": write_day(task.since),
            "due": write_day(task.due),
            "green_until": write_day(task.green_until),
            "silence": task.silence,
        }
    )


def read_task(json: Mapping[str, Any]) -> Task:
    """The task that `write_task` wrote."""
    return Task(
        name=json["name"],
        office=json["office"],
        supervisor=json.get("supervisor"),
        holder=json.get("holder"),
        limit=json.get("limit"),
        since=read_day(json.get("since")),
        due=read_day(json.get("due")),
        green_until=read_day(json.get("green_until")),
        silence=json.get("silence"),
    )


def write_case(case: Case) -> dict[str, Json]:
    """The folded state of a case, without what stands in columns of its own (number, version, head, office, region)."""
    return _without_empty(
        {
            "service": case.service,
            "state": case.state,
            "recorded_at": case.recorded_at.isoformat(),
            "supervisor": case.supervisor,
            "roles": {role: list(subjects) for role, subjects in case.roles.items()},
            "tasks": [write_task(task) for task in case.tasks],
            "clocks": [[clock.name, write_clock(clock)] for clock in case.clocks],
            "taken": {step: list(doers) for step, doers in case.taken.items()},
            "feeds": list(case.feeds),
            "waits": {str(part): list(facts) for part, facts in case.waits.items()},
            "disputed": list(case.disputed),
            "passed": list(case.passed),
            "result": case.result,
        }
    )


def read_case(number: str, version: int, head: str, office: str, region: str, json: Mapping[str, Any]) -> Case:
    """The case that `write_case` and the columns beside it hold."""
    return Case(
        number=number,
        service=json["service"],
        state=json["state"],
        version=version,
        head=head,
        recorded_at=datetime.fromisoformat(json["recorded_at"]),
        office=office,
        region=region,
        supervisor=json.get("supervisor"),
        roles={role: tuple(subjects) for role, subjects in json.get("roles", {}).items()},
        tasks=tuple(read_task(task) for task in json.get("tasks", ())),
        clocks=tuple(read_clock(name, clock) for name, clock in json.get("clocks", ())),
        taken={step: tuple(doers) for step, doers in json.get("taken", {}).items()},
        feeds=tuple(json.get("feeds", ())),
        waits={int(part): tuple(facts) for part, facts in json.get("waits", {}).items()},
        disputed=tuple(json.get("disputed", ())),
        passed=tuple(json.get("passed", ())),
        result=json.get("result"),
    )


def _day(text: str) -> date:
    return cast("date", read_day(text))


def _without_empty(json: dict[str, Json]) -> dict[str, Json]:
    return {key: value for key, value in json.items() if value}
