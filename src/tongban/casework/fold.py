"""Folding: a case is what its events add up to. Reads nothing but case and event, and reckons no date.

An event's data names what changed; what it does not name stays. Keys: `to` (state), `step`, `result`, `clocks`
(name → clock, null when it stopped), `opened` and `closed` (tasks), `claim` (task → holder), `waits`, `disputed`;
`office` with its `supervisor` where the case goes to another level; and in the first event those two with `service`,
`roles`, `region`, `feeds`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from tongban.casework import chain, coding
from tongban.casework.model import Case, Event, RunningClock, Task
from tongban.casework.upcasting import data_of


def evolve(case: Case | None, event: Event) -> Case:
    """The case after `event`; `case` is None before the first.

    Raises ValueError when the event is not the next one of this case.
    """
    before = case or _blank(event)
    if event.n != before.version + 1 or event.case != before.number:
        raise ValueError(f"event {event.n} of {event.case} does not follow version {before.version} of {before.number}")
    data = data_of(event)
    return Case(
        number=before.number,
        service=before.service,
        state=data.get("to", before.state),
        version=event.n,
        head=chain.head(before.head, event),
        recorded_at=event.recorded_at,
        office=data.get("office", before.office),
        region=before.region,
        supervisor=data.get("supervisor") if "office" in data else before.supervisor,
        roles=before.roles,
        tasks=_tasks(before.tasks, data),
        clocks=_clocks(before.clocks, data["clocks"]) if "clocks" in data else before.clocks,
        taken=_taken(before.taken, data["step"], event.actor) if "step" in data else before.taken,
        feeds=before.feeds,
        waits=_waits(data["waits"]) if "waits" in data else before.waits,
        disputed=tuple(sorted({*before.disputed, *data["disputed"]})) if "disputed" in data else before.disputed,
        passed=(*before.passed, before.office) if case is not None and "office" in data else before.passed,
        result=data.get("result") if "to" in data else before.result,
    )


def rebuild(events: Iterable[Event]) -> Case:
    """The case that these events, all of one case and in order, add up to."""
    case: Case | None = None
    for event in events:
        case = evolve(case, event)
    if case is None:
        raise ValueError("a case has at least one event")
    return case


def _blank(event: Event) -> Case:
    data = data_of(event)
    return Case(
        number=event.case,
        service=data["service"],
        state="",
        version=0,
        head=chain.GENESIS,
        recorded_at=event.recorded_at,
        office=data["office"],
        region=data["region"],
        supervisor=data.get("supervisor"),
        roles={role: tuple(subjects) for role, subjects in data["roles"].items()},
        feeds=tuple(data.get("feeds", ())),
    )


def _tasks(tasks: tuple[Task, ...], data: Mapping[str, Any]) -> tuple[Task, ...]:
    if data.keys().isdisjoint(("opened", "closed", "claim")):
        return tasks
    closed = data.get("closed", ())
    opened = [coding.read_task(json) for json in data.get("opened", ())]
    replaced = {*closed, *[task.id for task in opened]}
    left = (*[task for task in tasks if task.id not in replaced], *opened)
    claims = data.get("claim")
    return tuple(replace(t, holder=claims[t.id]) if t.id in claims else t for t in left) if claims else left


def _clocks(clocks: tuple[RunningClock, ...], data: Mapping[str, Any]) -> tuple[RunningClock, ...]:
    kept = [clock for clock in clocks if clock.name not in data]
    changed = [coding.read_clock(name, json) for name, json in sorted(data.items()) if json is not None]
    return (*kept, *changed)


def _taken(taken: Mapping[str, tuple[str, ...]], step: str, actor: str) -> Mapping[str, tuple[str, ...]]:
    return {**taken, step: (*taken.get(step, ()), actor)}


def _waits(data: Mapping[str, Any]) -> Mapping[int, tuple[str, ...]]:
    return {int(part): tuple(facts) for part, facts in data.items()}
