"""By when every case of an application will be decided, as things stand today. Pure.

The plan's dates are kept as they were given at submission; these are reckoned whenever somebody asks, from the cases
themselves, and on the day of submission both are the same: what is decided has its day, what runs ends with the clock
of its promise, what has not begun counts from its last input.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

from tongban.casework import timing
from tongban.casework.model import Case, RunningClock
from tongban.catalog.model import Catalog, ProcedureDefinition
from tongban.clock import Calendar
from tongban.clock.moments import day_of
from tongban.planner.schedule import due_date


def promises(cases: Sequence[Case], catalog: Catalog, calendar: Calendar, today: date) -> dict[str, date]:
    """The day by which each case of one application will be decided, by number; the latest is that of the whole.

    A paused clock is taken to go on today, a case that waits to begin as soon as its inputs are there. A day
    in the past is a promise that was not kept, unless the case is decided.
    """
    by_part = {case.part: case for case in cases}
    found: dict[int, date] = {}

    def of(part: int) -> date:
        if part not in found:
            case = by_part[part]
            inputs = [of(other) for other in case.waits if other in by_part]
            found[part] = _decided_by(case, catalog, calendar, max([today, *inputs]))
        return found[part]

    return {case.number: of(case.part) for case in cases}


def deciding(cases: Sequence[Case], dates: Mapping[str, date]) -> list[Case]:
    """The cases on which the date of the whole hangs, the first of them first: the last to be decided, and of what it
    still waits for the last again. ``dates`` is what `promises` says of cases not decided; empty where all are.
    """
    by_part = {case.part: case for case in cases}
    chain: list[Case] = []
    left = [case for case in cases if case.number in dates]
    while left:
        chain.insert(0, max(left, key=lambda case: (dates[case.number], -case.part)))
        left = [by_part[part] for part in chain[0].waits if part in by_part and by_part[part].number in dates]
    return chain


def promise_of(case: Case, catalog: Catalog) -> RunningClock | None:
    """The clock of what was promised, the first to end where there are several; None while none stands there."""
    names = _promising(_procedure(case, catalog))
    found = [clock for clock in case.clocks if clock.name in names]
    return min(found, key=lambda clock: day_of(clock.due or date.max), default=None)


def is_met(case: Case, catalog: Catalog) -> bool:
    """Whether what was promised is done: the case has ended, or stands where only what follows a decision happens."""
    return not case.is_open or case.state in _after_promise(_procedure(case, catalog))


def _after_promise(procedure: ProcedureDefinition) -> set[str]:
    """The states that follow a step which stops the promise's clock, as long as nothing starts it or the case anew."""
    names = _promising(procedure)
    leading = [step for step in procedure.steps.values() if step.to and step.to != procedure.start]
    reached = {step.to for step in leading if names & {*step.stops}}
    onward = [step for step in leading if not names & {*step.starts}]
    while more := {step.to for step in onward if reached & {*step.from_}} - reached:
        reached |= more
    return {state for state in reached if state}


def _promising(procedure: ProcedureDefinition) -> frozenset[str]:
    """The clocks of a procedure that hold what was promised; where none does, those that it begins with."""
    promised = frozenset(name for name, clock in procedure.clocks.items() if clock.limit == "promised")
    return promised or frozenset(procedure.start_clocks)


def _procedure(case: Case, catalog: Catalog) -> ProcedureDefinition:
    return catalog.procedures[catalog.services[case.service].procedure]


def _decided_by(case: Case, catalog: Catalog, calendar: Calendar, start: date) -> date:
    """The day of a case that, where it has not begun, begins on `start`."""
    if is_met(case, catalog):
        return case.recorded_at.date()
    clock = promise_of(case, catalog)
    if clock is not None:
        return day_of(timing.reckon(_going_on(clock, start), calendar).due or start)
    return due_date(calendar, start, catalog.services[case.service].limits.promised)


def _going_on(clock: RunningClock, today: date) -> RunningClock:
    """The clock as if every pause ended today."""
    return replace(clock, pauses=tuple(p if p.until else replace(p, until=max(today, p.since)) for p in clock.pauses))
