"""The clocks of a case: started, paused, resumed, extended and moved, with every date reckoned by the clock room.

Dates are reckoned here, when something is decided, and stored in the event; folding never reckons. Limits of days run
in whole days from the day of the start, limits of hours from the moment. A due date on a day off moves to the next
workday (Civil Code, article 203). A paused clock has no due date until it is resumed.

Thousands of cases begin on one day with one limit: what was reckoned once is kept for the others.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import lru_cache
from operator import itemgetter
from typing import Final

from tongban.casework.model import Case, Pause, PauseKind, RunningClock, Task
from tongban.catalog.model import ClockDefinition, Limits
from tongban.clock import SHANGHAI, Calendar, Day, Deadline, Limit, due, lights, overdue_multiple
from tongban.clock import Pause as Uncounted
from tongban.clock.moments import day_of

KEPT: Final = 2_048
"""How many deadlines, and how many pairs of moments, are kept."""


def start(
    definition: ClockDefinition, limits: Limits, at: datetime, calendar: Calendar, waits_for: str | None = None
) -> RunningClock | None:
    """Start a clock at a moment; None where the service has no such limit.

    ``waits_for``: a hold outside the case for which the promise stands still from the start.
    """
    limit = _limit(definition.limit, limits)
    if limit is None:
        return None
    second = _limit(definition.second, limits) if definition.second else None
    clock = RunningClock(
        name=definition.name,
        limit=str(limit),
        since=since(limit, at),
        due=None,
        green_until=None,
        second=None if second is None else str(second),
        silence=definition.silence,
        pauses=(Pause(since(limit, at), None, "promise", waits_for),) if waits_for else (),
    )
    return reckon(clock, calendar)


def since(limit: Limit, at: datetime) -> date:
    """Where counting begins: the moment for hours, else its day."""
    return at if limit.unit == "hour" else at.date()


def reckon(clock: RunningClock, calendar: Calendar) -> RunningClock:
    """The clock with its dates as this calendar gives them."""
    law = replace(clock, pauses=tuple(pause for pause in clock.pauses if pause.kind != "promise"))
    second = _deadline(law, law.second, calendar) if law.second and not law.is_paused else None
    answer = None if clock.is_paused else _deadline(clock, clock.limit, calendar)
    return replace(
        clock,
        due=answer.due if answer else None,
        green_until=answer.green_until if answer else None,
        second_due=second.due if second else None,
        is_provisional=any(found.provisional for found in (answer, second) if found),
    )


def pause(clock: RunningClock, at: datetime, kind: PauseKind, reason: str) -> RunningClock:
    """Stop counting from today on; `kind` restart forgets what ran before, once the clock is resumed, and promise lets
    what law sets run on.
    """
    began = Pause(since(Limit.parse(clock.limit), at), None, kind, reason)
    second_due = clock.second_due if kind == "promise" else None
    return replace(clock, pauses=(*clock.pauses, began), due=None, green_until=None, second_due=second_due)


def resume(clock: RunningClock, at: datetime, calendar: Calendar) -> RunningClock:
    """Count again from tomorrow (or from this moment) on; where the city's clock was set back, from where it paused."""
    until = since(Limit.parse(clock.limit), at)
    pauses = tuple(p if p.until is not None else replace(p, until=max(until, p.since)) for p in clock.pauses)
    return reckon(replace(clock, pauses=pauses), calendar)


def extend(clock: RunningClock, count: int, calendar: Calendar) -> RunningClock:
    """Give `count` more units of the limit's own kind; weeks and months are extended by days."""
    unit = Limit.parse(clock.limit).unit
    more = Limit(count, unit if unit in ("hour", "workday") else "day")
    return reckon(replace(clock, extensions=(*clock.extensions, str(more))), calendar)


def task_due(task: Task, limit: Limit, at: datetime, calendar: Calendar) -> Task:
    """The task with a limit of its own, counted from this moment."""
    began = since(limit, at)
    answer = _due(calendar, began, str(limit))
    return replace(task, limit=str(limit), since=began, due=answer.due, green_until=answer.green_until)


def reckon_task(task: Task, calendar: Calendar) -> Task:
    """The task with its dates as this calendar gives them."""
    if task.limit is None or task.since is None:
        return task
    answer = _due(calendar, task.since, task.limit)
    return replace(task, due=answer.due, green_until=answer.green_until)


@lru_cache(maxsize=KEPT)
def moments(green_until: date | None, due_day: date | None) -> tuple[datetime | None, datetime | None]:
    """From when a light is yellow and from when it is red; None while there is no date."""
    if green_until is None or due_day is None:
        return None, None
    return lights(Deadline(due_day, green_until, provisional=False, days=()))


def account(clock: RunningClock, calendar: Calendar, at: datetime) -> tuple[Day, ...]:
    """Every day of a clock and why it counts or not; a pause that lasts is taken to end today, or on its first day
    where the city's clock was set back.
    """
    began = (day_of(pause.since) for pause in clock.pauses if pause.until is None)
    return _deadline(clock, clock.limit, calendar, now=max([at.date(), *began])).days


def next_due(case: Case) -> datetime | None:
    """The moment at which the first running clock of the case ends; None when none runs."""
    return first_lights(case)[1]


def first_lights(case: Case) -> tuple[datetime | None, datetime | None]:
    """From when the first running clock of the case to end is yellow and from when it is red; None when none runs."""
    running = [moments(clock.green_until, clock.due) for clock in case.clocks if clock.due]
    return min(running, key=itemgetter(1, 0)) if running else (None, None)


def _limit(limit: Limit | str | None, limits: Limits) -> Limit | None:
    if limit == "promised":
        return limits.promised or limits.statutory
    if limit == "statutory":
        return limits.statutory
    return limit if isinstance(limit, Limit) else None


def _deadline(clock: RunningClock, limit: str, calendar: Calendar, now: date | None = None) -> Deadline:
    pauses = tuple(Uncounted(p.since, p.until, "restart" if p.kind == "restart" else "pause") for p in clock.pauses)
    return _due(calendar, clock.since, limit, pauses, clock.extensions, now if clock.is_paused else None)


@lru_cache(maxsize=KEPT)
def _due(
    calendar: Calendar,
    start: date,
    limit: str,
    pauses: tuple[Uncounted, ...] = (),
    extensions: tuple[str, ...] = (),
    now: date | None = None,
) -> Deadline:
    more = [Limit.parse(text) for text in extensions]
    return due(calendar, start, Limit.parse(limit), roll="next", pauses=pauses, extensions=more, now=now)


def crossing(
    limit: str, yellow_at: datetime, due_at: datetime, now: datetime, calendar: Calendar
) -> tuple[int, datetime]:
    """How far a light has come by `now` (0 green, 1 yellow, 2 red, 3 once the limit is used up twice …), and the moment
    at which it comes further.
    """
    if now < due_at:
        return (0, yellow_at) if now < yellow_at else (1, due_at)
    allowed = Limit.parse(limit)
    multiple = overdue_multiple(calendar, due_at, allowed, now)
    more = Limit(max(1, abs(allowed.count)) * multiple, allowed.unit)
    last = due_at if allowed.unit == "hour" else (due_at.astimezone(SHANGHAI) - timedelta.resolution).date()
    ends = due(calendar, last, more)
    return 1 + multiple, lights(ends)[1]
