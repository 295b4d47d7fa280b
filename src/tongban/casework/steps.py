"""Taking a step of a procedure: its record, the state it leads to, the clocks and tasks it starts, stops and opens."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from typing import cast

from tongban.casework import coding, timing
from tongban.casework.demands import demanded
from tongban.casework.guards import task_for, why_not
from tongban.casework.model import MAIN_TASK, SYSTEM, Case, Json, RunningClock, Task
from tongban.casework.production import produced
from tongban.casework.refusals import refuse
from tongban.casework.work import Work
from tongban.catalog.model import Hold, Limits, Opening, ProcedureDefinition, StepDefinition
from tongban.clock import Limit

_STAFF = frozenset({"handler", "approver", "supervisor"})


def take(work: Work, step: StepDefinition) -> None:
    """Take a step as the command's doer, then what the system does next by itself."""
    given = demanded(step, work.command, work.context)
    closing = task_for(work.now, step, work.context, work.command.task) if step.closes else None
    facts = produced(step, work.context, work.roles, work.command.facts)
    _record(work, step, given | work.said(work.command.texts) | work.kept(facts), closing)
    follow(work)


def take_silently(
    work: Work,
    step: StepDefinition,
    closing: Task | None,
    said: Mapping[str, Json],
    ended: RunningClock | None = None,
) -> None:
    """Take a step because its limit has ended: nobody says anything, so it may ask for nothing.

    ``ended``: the clock of the limit; where the step does not stop it, it stays overdue and decides no more.
    """
    if work.now.state not in step.from_ and step.from_:
        raise refuse("wrong-state", state=work.now.state, step=step.label)
    facts = produced(step, work.context, work.roles, {})
    _record(work, step, {"silent": True, **said} | work.kept(facts), closing, ended)
    follow(work)


def follow(work: Work) -> None:
    """Take the system's own steps for as long as one is possible."""
    if not automatic(work.context.procedure):
        return
    doer = work.context.doer
    work.context = replace(work.context, doer=SYSTEM)
    while step := _next_automatic(work):
        _record(work, step, work.kept(produced(step, work.context, work.roles, {})), None)
    work.context = replace(work.context, doer=doer)


def beginning(work: Work, office: str, supervisor: str | None) -> dict[str, Json]:
    """What is true when a case starts: its first state, clocks and task. No hold is asked for before a step."""
    procedure, context = work.context.procedure, work.context
    definitions = [procedure.clocks[name] for name in procedure.start_clocks]
    begun = [timing.start(each, _limits(work), context.at, context.calendar) for each in definitions]
    clocks = _written({clock.name: clock for clock in begun if clock is not None})
    main = Task(MAIN_TASK, office, supervisor)
    data: dict[str, Json] = {"to": procedure.start} | ({"clocks": clocks} if clocks else {})
    return data | ({"opened": [coding.write_task(main)]} if needs_staff(procedure, procedure.start) else {})


def ending(work: Work) -> dict[str, Json]:
    """What ends with a case: every clock stops and every task closes."""
    clocks: dict[str, Json] = {clock.name: None for clock in work.now.clocks}
    tasks: list[Json] = [task.id for task in work.now.tasks]
    data: dict[str, Json] = {"clocks": clocks} if clocks else {}
    return data | {"closed": tasks} if tasks else data


def needs_staff(procedure: ProcedureDefinition, state: str) -> bool:
    """Whether a case in this state waits for somebody of its own office."""
    return any(state in s.from_ and s.by in _STAFF and not s.closes for s in procedure.steps.values())


def automatic(procedure: ProcedureDefinition) -> list[StepDefinition]:
    """The steps the system takes as soon as they are possible: its own, less those that only silence takes."""
    own = [step for step in procedure.steps.values() if step.by == "system"]
    silences = {clock.silence for clock in procedure.clocks.values()} if own else ()
    return [step for step in own if step.name not in silences]


def _next_automatic(work: Work) -> StepDefinition | None:
    steps = automatic(work.context.procedure)
    return next((step for step in steps if why_not(work.now, step.name, work.context) is None), None)


def _record(
    work: Work, step: StepDefinition, said: dict[str, Json], closing: Task | None, ended: RunningClock | None = None
) -> None:
    """Write the step's event: what was said, and what follows for state, clocks and tasks."""
    procedure = work.context.procedure
    data: dict[str, Json] = {"step": step.name, **said}
    if step.enters:
        data["enters"] = True
    if step.runs:
        data["runs"] = list(step.runs)
    if step.notice:
        data["notice"] = step.notice
    if step.to is not None:
        data["to"] = step.to
    if step.to in procedure.ends:
        data |= {"result": procedure.results[step.to]} | ending(work)
    else:
        clocks = _written(_clocks(work, step, said, ended))
        data |= ({"clocks": clocks} if clocks else {}) | _tasks(work, step, said, closing)
    work.write("stepped", data)


def _tasks(work: Work, step: StepDefinition, said: Mapping[str, Json], closing: Task | None) -> dict[str, Json]:
    case, procedure = work.now, work.context.procedure
    closed: list[Json] = [closing.id] if closing else []
    opened = list(_openings(work, step, said, closing))
    for task in opened:
        if case.task(task.id):
            raise refuse("task-open", office=task.office)
    staffed = needs_staff(procedure, step.to or case.state)
    if staffed and case.task(MAIN_TASK) is None:
        opened.append(Task(MAIN_TASK, case.office, case.supervisor))
    if not staffed and case.task(MAIN_TASK) is not None:
        closed.append(MAIN_TASK)
    written: list[Json] = [coding.write_task(task) for task in opened]
    data: dict[str, Json] = {"closed": closed} if closed else {}
    return data | {"opened": written} if written else data


def _openings(work: Work, step: StepDefinition, said: Mapping[str, Json], closing: Task | None) -> Iterator[Task]:
    context = work.context
    for opening in step.opens:
        for office in _offices(work.now, opening, said, closing):
            task = Task(opening.name, office, context.supervisors.get(office), silence=opening.silence)
            yield timing.task_due(task, opening.limit, context.at, context.calendar) if opening.limit else task


def _offices(case: Case, opening: Opening, said: Mapping[str, Json], closing: Task | None) -> list[str]:
    """Where a task is opened. Raises Refused `own-office`."""
    match opening.each:
        case "one":
            return [case.office]
        case "same-office":
            return [closing.office] if closing else []
        case "office" | "other-office":
            named = [str(office) for office in cast("list[Json]", said["offices"])]
            if opening.each == "other-office" and case.office in named:
                raise refuse("own-office")
            return named


def _clocks(
    work: Work, step: StepDefinition, said: Mapping[str, Json], ended: RunningClock | None
) -> dict[str, RunningClock | None]:
    """The clocks that this step changes, by name; None for those it stops."""
    at, calendar = work.context.at, work.context.calendar
    changed: dict[str, RunningClock | None] = {}
    for clock in work.now.clocks:
        after = replace(clock, silence=None) if clock == ended else clock
        fault = said.get("fault")
        if clock.name in step.stops:
            changed[clock.name] = None
            continue
        if isinstance(fault, str):
            after = timing.pause(after, at, step.clock[fault], step.name)
        if clock.name in step.pauses:
            after = timing.pause(after, at, "pause", str(said.get("procedure", step.name)))
        if clock.name in step.resumes and after.is_paused:
            after = timing.resume(after, at, calendar)
        if clock.name in step.extends and isinstance(days := said.get("days"), int):
            after = timing.extend(after, days, calendar)
        if after is not clock:
            changed[clock.name] = after
    started = _started(work, step.starts)
    return changed | _held(work, changed, started) | started


def _limits(work: Work) -> Limits:
    """The service's limits, the promised one as it is for the class of this case, or by the day that was set for it."""
    limits, at = work.context.service.limits, work.context.at
    until = work.value(limits.until) if limits.until else None
    if isinstance(until, date):
        return replace(limits, promised=Limit(max((until - at.date()).days, 0), "day"))
    return replace(limits, promised=limits.promised_to(work.value(limits.classes.fact))) if limits.classes else limits


def _started(work: Work, names: tuple[str, ...]) -> dict[str, RunningClock]:
    context = work.context
    started: dict[str, RunningClock] = {}
    for definition in (context.procedure.clocks[name] for name in names):
        hold = next((hold for hold in definition.waits_for if context.outside(hold)), None)
        clock = timing.start(definition, _limits(work), context.at, context.calendar, hold)
        if clock is not None:
            started[clock.name] = clock
    return started


def _held(
    work: Work, changed: Mapping[str, RunningClock | None], started: Mapping[str, RunningClock]
) -> dict[str, RunningClock | None]:
    """The clocks that stand still from now on, because one begins that stands still for a hold they wait for too."""
    holds = {pause.reason for clock in started.values() for pause in clock.pauses}
    held: dict[str, RunningClock | None] = {}
    for clock in (changed.get(clock.name, clock) for clock in work.now.clocks) if holds else ():
        waits = work.context.procedure.clocks[clock.name].waits_for if clock and not clock.is_paused else ()
        if clock and (hold := next((hold for hold in waits if hold in holds), None)):
            held[clock.name] = timing.pause(clock, work.context.at, "promise", hold)
    return held


def resumed(work: Work) -> dict[str, Json]:
    """The clocks that stood still for a hold outside the case which is settled by now."""
    context = work.context
    settled = [
        clock
        for clock in work.now.clocks
        for pause in clock.pauses
        if pause.until is None and pause.kind == "promise" and context.outside(cast("Hold", pause.reason)) is None
    ]
    return _written({clock.name: timing.resume(clock, context.at, context.calendar) for clock in settled})


def _written(clocks: Mapping[str, RunningClock | None]) -> dict[str, Json]:
    return {name: coding.write_clock(clock) if clock else None for name, clock in sorted(clocks.items())}
