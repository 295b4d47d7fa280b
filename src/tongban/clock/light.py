"""The light of a running clock: no stored colour, two moments and now.

Green until no more than a fifth of the counted units is left, yellow until the deadline, red after it.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Final, Literal

from tongban.clock.calendar import Calendar
from tongban.clock.deadline import Deadline
from tongban.clock.moments import SHANGHAI, closing, local
from tongban.clock.units import Limit
from tongban.clock.walk import natural_days
from tongban.clock.workdays import working_days_between

Light = Literal["green", "yellow", "red"]

_HOUR: Final = timedelta(hours=1)


def lights(deadline: Deadline) -> tuple[datetime, datetime]:
    """Give the moments, in city time, from which the light is yellow and from which it is red (overdue)."""
    return _moment(deadline.green_until), _moment(deadline.due)


def light(now: datetime, yellow_at: datetime, due_at: datetime) -> Light:
    """Give the colour of a clock at a moment; all three with an offset."""
    if now >= due_at:
        return "red"
    return "yellow" if now >= yellow_at else "green"


def overdue_multiple(calendar: Calendar, due_at: datetime, limit: Limit, now: datetime) -> int:
    """Say how many times the whole limit has been used up: 0 while it runs, 1 once it is red, 2 a whole limit later.

    Counts in the limit's own unit, pauses after the deadline apart. Both moments with an offset.
    Raises `ClockError` `too-far` past a hundred years.
    """
    if now < due_at:
        return 0
    length = max(1, abs(limit.count))
    if limit.unit == "hour":
        return 1 + (now - due_at) // _HOUR // length
    # A unit ends at the deadline's time of day; 24:00 still belongs to the day before.
    due_day = (due_at.astimezone(SHANGHAI) - timedelta.resolution).date()
    time_of_day = due_at - datetime.combine(due_day, time(), SHANGHAI)
    last_day = (now.astimezone(SHANGHAI) - time_of_day).date()
    if limit.unit == "workday":
        return 1 + working_days_between(calendar, due_day, last_day) // length
    if limit.unit == "month":
        return 1 + _whole_months(due_day, last_day) // length
    return 1 + (last_day - due_day).days // natural_days(due_day, Limit(length, limit.unit))


def _whole_months(start: date, end: date) -> int:
    months = (end.year - start.year) * 12 + end.month - start.month
    return months if natural_days(start, Limit(months, "month")) <= (end - start).days else months - 1


def _moment(value: date) -> datetime:
    return closing(local(value)).replace(tzinfo=SHANGHAI)
