"""When every case of an application will be decided, as things stand today. Pure.

The date given at submission is kept; this one is reckoned whenever somebody asks, from the cases themselves: what is
decided has its day, what runs ends with its promised clock, what has not begun counts from its last input.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from tongban.casework import timing
from tongban.casework.model import WAITING, Case, RunningClock
from tongban.catalog.model import Catalog
from tongban.clock import Calendar, due, next_workday
from tongban.clock.moments import day_of


def promises(cases: Sequence[Case], catalog: Catalog, calendar: Calendar, today: date) -> dict[str, date]:
    """The day by which each case of one application will be decided, by number; the latest is that of the whole.

    A paused clock is taken to go on today, a case not yet accepted to be accepted today.
    """
    by_part = {case.part: case for case in cases}
    found: dict[int, date] = {}

    def of(part: int) -> date:
        if part not in found:
            case = by_part[part]
            inputs = [of(other) for other in case.waits if other in by_part] if case.state == WAITING else []
            start = max([today, *(next_workday(calendar, day) for day in inputs)])
            found[part] = _decided_by(case, catalog, calendar, start)
        return found[part]

    return {case.number: of(case.part) for case in cases}


def _decided_by(case: Case, catalog: Catalog, calendar: Calendar, start: date) -> date:
    """The day of a case that, where it has not begun, begins on `start`."""
    if not case.is_open:
        return case.recorded_at.date()
    service = catalog.services[case.service]
    clocks = catalog.procedures[service.procedure].clocks
    for clock in case.clocks:
        if clocks[clock.name].limit == "promised":
            return day_of(timing.reckon(_going_on(clock, start), calendar).due or start)
    promised = service.limits.promised
    if promised is None or case.state in _decided_states(catalog, case):
        return start
    return day_of(due(calendar, start, promised, roll="next").due)


def _going_on(clock: RunningClock, today: date) -> RunningClock:
    """The clock as if every pause ended today."""
    return replace(clock, pauses=tuple(p if p.until else replace(p, until=max(today, p.since)) for p in clock.pauses))


def _decided_states(catalog: Catalog, case: Case) -> frozenset[str]:
    """The states to which a step leads that stops a promised clock: what was promised is done there."""
    procedure = catalog.procedures[catalog.services[case.service].procedure]
    promised = {name for name, clock in procedure.clocks.items() if clock.limit == "promised"}
    return frozenset(s.to for s in procedure.steps.values() if s.to is not None and promised & {*s.stops})
