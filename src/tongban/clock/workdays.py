"""Quick arithmetic on workdays for whoever asks thousands of times, such as the planner's schedule.

Each answer takes microseconds: workdays of a year are listed once and searched by halving. `deadline.due` walks
day by day instead, because it must explain; the tests hold the two against each other.
"""

from __future__ import annotations

from datetime import MAXYEAR, MINYEAR, date, timedelta

from tongban.clock.calendar import Calendar
from tongban.clock.errors import too_far
from tongban.clock.units import LONGEST_DAYS

_MOST_YEARS = LONGEST_DAYS // 365 + 2
"""A span of the most days touches so many years: neither the first nor the last need be whole."""


def working_days_between(calendar: Calendar, start: date, end: date) -> int:
    """Count the workdays after `start` up to and including `end`; negative when `end` lies before `start`.

    Raises `ClockError` `too-far` when the two lie more than a hundred years apart.
    """
    if end < start:
        return -working_days_between(calendar, end, start)
    if (end - start).days > LONGEST_DAYS:
        raise too_far()
    whole_years = sum(len(calendar.year(year).workdays) for year in range(start.year, end.year))
    return whole_years + _before(calendar, end) - _before(calendar, start)


def add_workdays(calendar: Calendar, start: date, count: int) -> date:
    """Give the `count`-th workday after `start` (before it when negative, `start` itself for 0).

    Raises `ClockError` `too-far` when it lies more than a hundred years away.
    """
    if count == 0:
        return start
    if abs(count) > LONGEST_DAYS:
        raise too_far()
    # Among the workdays of the start's year, 0 being the first, the last one not after `start` stands at `last`.
    last = _before(calendar, start) - 1
    gap = 1 if count < 0 and not calendar.is_workday(start) else 0
    return _at(calendar, start.year, last + count + gap)


def next_workday(calendar: Calendar, day: date) -> date:
    """Give the first workday after `day`; raise `ClockError` `too-far` when a hundred years hold none."""
    return add_workdays(calendar, day, 1)


def _before(calendar: Calendar, day: date) -> int:
    """Count the workdays of the day's own year up to and including it."""
    return calendar.year(day.year).before(day.timetuple().tm_yday - 1)


def _at(calendar: Calendar, year: int, position: int) -> date:
    """Find the workday at `position` counted from the first of `year`, in whichever year it falls."""
    for _ in range(_MOST_YEARS):
        workdays = calendar.year(year).workdays
        if 0 <= position < len(workdays):
            return date(year, 1, 1) + timedelta(workdays[position])
        if position < 0:
            year -= 1
            if year < MINYEAR:
                break
            position += len(calendar.year(year).workdays)
        else:
            position -= len(workdays)
            year += 1
            if year > MAXYEAR:
                break
    raise too_far()
