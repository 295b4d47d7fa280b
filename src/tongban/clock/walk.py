"""A walk through the days that notes for each whether it counted and why: counting and explaining are one act."""

from __future__ import annotations

from bisect import bisect_right
from calendar import monthrange
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import accumulate
from typing import Final, Literal

from tongban.clock.calendar import WORKED, Calendar, Kind
from tongban.clock.errors import too_far
from tongban.clock.units import LONGEST_DAYS, Limit

Why = Literal["workday", "day", "weekend", "holiday", "make-up", "paused", "rolled"]

ONE_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Day:
    """One step of the walk: the date, whether it used up a unit of the limit, and why or why not."""

    date: date
    counted: bool
    why: Why


class PausedDays:
    """Days that do not count, in spans; both ends belong to a span, one that ends before it begins is none."""

    __slots__ = ("_firsts", "_lasts")

    def __init__(self, spans: Iterable[tuple[date, date]]) -> None:
        ordered = sorted(spans)
        self._firsts = [first for first, _ in ordered]
        self._lasts = list(accumulate((last for _, last in ordered), max))

    def __contains__(self, day: date) -> bool:
        """Say whether the day lies in a span: no later than the latest end of all that begin by then."""
        index = bisect_right(self._firsts, day) - 1
        return index >= 0 and day <= self._lasts[index]


class Walk:
    """A pointer that starts on day 0, steps through the days and keeps the account in `days`.

    `provisional` turns true as soon as the account rests on a day of an unsettled year. Every method raises
    `ClockError` `too-far` rather than take more than a hundred years of steps, and `OverflowError` at the end of time.
    """

    __slots__ = ("_calendar", "_paused", "at", "days", "provisional")

    def __init__(self, calendar: Calendar, start: date, paused: PausedDays) -> None:
        self._calendar = calendar
        self._paused = paused
        self.at = start
        self.days: list[Day] = []
        self.provisional = False

    def count(self, limit: Limit) -> None:
        """Use up a limit in days, weeks, months or workdays; paused days do not count."""
        in_workdays = limit.unit == "workday"
        left = limit.count if in_workdays else natural_days(self.at, limit)
        while left:
            day = self._step(limit.direction)
            if day in self._paused:
                self._note(counted=False, why="paused")
                continue
            kind = self._consult() if in_workdays else "day"
            counted = kind == "day" or kind in WORKED
            self._note(counted=counted, why=kind)
            left -= limit.direction * counted

    def pass_to(self, end: date) -> None:
        """Note each day from day 0 to `end`, those wholly paused apart: hours are told by the days they touch."""
        direction = 1 if end > self.at else -1
        if self.days:
            self.days.pop()
        self._note_natural()
        while self.at != end:
            self._step(direction)
            self._note_natural()

    def give_back(self, end: date) -> None:
        """Go forward to `end` and count nothing: a restart gives back every day until its last."""
        while self.at < end:
            self._step(1)
            self._note(counted=False, why="paused")

    def roll(self, direction: int) -> bool:
        """Leave a non-working day for the nearest workday in `direction`; say whether there was need to."""
        if self._consult() in WORKED:
            return False
        while True:
            self._step(direction)
            kind = self._consult()
            if kind in WORKED:
                self._note(counted=False, why="rolled")
                return True
            self._note(counted=False, why=kind)

    def _step(self, direction: int) -> date:
        if len(self.days) >= LONGEST_DAYS:
            raise too_far()
        self.at += timedelta(direction)
        return self.at

    def _consult(self) -> Kind:
        self.provisional = self.provisional or not self._calendar.covers(self.at.year)
        return self._calendar.kind(self.at)

    def _note_natural(self) -> None:
        paused = self.at in self._paused
        self._note(counted=not paused, why="paused" if paused else "day")

    def _note(self, *, counted: bool, why: Why) -> None:
        self.days.append(Day(self.at, counted, why))


def natural_days(start: date, limit: Limit) -> int:
    """Give the natural days that a limit in days, weeks or months takes from `start`.

    A month ends on the day of the same number, or on its last day where there is none (Civil Code, article 202).
    """
    if limit.unit == "month":
        return (months_later(start, limit.count) - start).days
    return limit.count * 7 if limit.unit == "week" else limit.count


def months_later(start: date, count: int) -> date:
    """The same day so many months later, or earlier where ``count`` is negative; at most the last of that month.

    Raises `ClockError` `too-far` out of the calendar.
    """
    year, month = divmod(start.year * 12 + start.month - 1 + count, 12)
    if not date.min.year <= year <= date.max.year:
        raise too_far()
    return date(year, month + 1, min(start.day, monthrange(year, month + 1)[1]))


def counted_dates(days: Sequence[Day]) -> list[date]:
    """Give the dates that used up a unit, in the order of the walk."""
    return [day.date for day in days if day.counted]
