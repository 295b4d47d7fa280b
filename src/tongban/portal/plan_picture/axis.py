"""The time axis: which column a day stands in and where its edges are, in pixels from the first morning.

A workday on which something begins, ends or arrives is wide; a quiet one and a rest are narrow. Several services that
follow one another within one day share its column as slots. Plans longer than a month count in weeks.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from tongban.portal.plan_picture.model import Day, PlanPicture

DAYS_BEFORE_WEEKS: Final = 30
DAYS_OF_WEEK: Final = 7


class Kind(StrEnum):
    """What a column stands for."""

    EVENT = "event"
    QUIET = "quiet"
    REST = "rest"
    WEEK = "week"


@dataclass(frozen=True, slots=True)
class Column:
    """A stretch of days from `start` to `end` (both included), drawn `size` pixels long from `at`."""

    start: date
    end: date
    kind: Kind
    at: float
    size: float
    slots: int = 1

    @property
    def to(self) -> float:
        """Where the column ends."""
        return self.at + self.size


@dataclass(frozen=True, slots=True)
class Sizes:
    """Wanted and least lengths in pixels of the kinds of columns, and how long the whole may be.

    When it is too long, quiet days shrink to `quiet_small`, then event days to their least, then quiet days to theirs.
    """

    event: float
    event_least: float
    quiet: float
    quiet_small: float
    quiet_least: float
    rest: float
    week: float
    available: float


@dataclass(frozen=True, slots=True)
class Axis:
    """The columns in order; answers where a day begins and ends."""

    columns: tuple[Column, ...]

    @property
    def length(self) -> float:
        """The length of the whole axis in pixels."""
        return self.columns[-1].to

    def column(self, on: date) -> Column:
        """The column of a day; days before the first or after the last belong to that one."""
        for column in self.columns:
            if on <= column.end:
                return column
        return self.columns[-1]

    def begin(self, on: date, slot: int = 0) -> float:
        """Where a day, or one slot of it, begins."""
        column = self.column(on)
        return column.at + column.size * (self._part(column, on) + slot / column.slots / self._parts(column))

    def end(self, on: date, slot: int | None = None) -> float:
        """Where a day, or one slot of it, ends."""
        column = self.column(on)
        done = 1.0 if slot is None else (slot + 1) / column.slots
        return column.at + column.size * (self._part(column, on) + done / self._parts(column))

    @staticmethod
    def _parts(column: Column) -> int:
        return (column.end - column.start).days + 1 if column.kind is Kind.WEEK else 1

    def _part(self, column: Column, on: date) -> float:
        if column.kind is not Kind.WEEK:
            return 0.0
        index = min(max((on - column.start).days, 0), self._parts(column) - 1)
        return index / self._parts(column)


def slots_of(picture: PlanPicture) -> dict[str, int]:
    """For each bar its place within the day it starts on: one later than anything it follows on that same day."""
    slots: dict[str, int] = {}
    by_id = {bar.id: bar for bar in picture.bars}
    first_day = picture.blocks[0].on if picture.blocks else None
    for bar in sorted(picture.bars, key=lambda bar: (bar.start, bar.due, bar.id)):
        slots[bar.id] = 1 if bar.start == first_day else 0
    for _round in by_id:
        moved = False
        for handover in picture.handovers:
            before, after = by_id.get(handover.source), by_id.get(handover.target)
            if before is None or after is None or before.due != after.start:
                continue
            least = 1 + (slots[before.id] if before.start == before.due else 0)
            if slots[after.id] < least <= len(by_id):
                slots[after.id] = least
                moved = True
        if not moved:
            break
    return slots


def make_axis(picture: PlanPicture, sizes: Sizes, wants: Mapping[date, float], slots: Mapping[str, int]) -> Axis:
    """Lay the days of a picture out. `wants` asks for more room on some days; it is granted while there is room."""
    if (picture.days[-1].on - picture.days[0].on).days >= DAYS_BEFORE_WEEKS:
        return _week_axis(picture.days, sizes, max([sizes.event, *wants.values()]))
    in_use = _slots_per_day(picture, slots)
    stretches = _stretches(picture)
    granted = [_wanted(kind, start, sizes, wants, in_use) for start, _, kind in stretches]
    for reduced, least in (
        (Kind.QUIET, sizes.quiet_small),
        (Kind.EVENT, sizes.event_least),
        (Kind.QUIET, sizes.quiet_least),
    ):
        floors = [
            min(size, least * in_use.get(start, 1)) if kind is reduced else size
            for (start, _, kind), size in zip(stretches, granted, strict=True)
        ]
        granted = _grant(granted, floors, sizes.available)
    columns, at = [], 0.0
    for (start, end, kind), size in zip(stretches, granted, strict=True):
        columns.append(Column(start, end, kind, round(at, 1), round(size, 1), in_use.get(start, 1)))
        at += size
    return Axis(tuple(columns))


def _slots_per_day(picture: PlanPicture, slots: Mapping[str, int]) -> dict[date, int]:
    in_use: dict[date, int] = {}
    for bar in picture.bars:
        in_use[bar.start] = max(in_use.get(bar.start, 1), slots[bar.id] + 1)
    return in_use


def _stretches(picture: PlanPicture) -> list[tuple[date, date, Kind]]:
    busy = {bar.start for bar in picture.bars} | {bar.due for bar in picture.bars}
    busy |= {block.on for block in picture.blocks} | {result.on for result in picture.results}
    stretches: list[tuple[date, date, Kind]] = []
    for day in picture.days:
        if not day.workday and day.on not in busy:
            if stretches and stretches[-1][2] is Kind.REST:
                stretches[-1] = (stretches[-1][0], day.on, Kind.REST)
            else:
                stretches.append((day.on, day.on, Kind.REST))
        else:
            stretches.append((day.on, day.on, Kind.EVENT if day.on in busy else Kind.QUIET))
    return stretches


def _wanted(kind: Kind, start: date, sizes: Sizes, wants: Mapping[date, float], in_use: Mapping[date, int]) -> float:
    if kind is Kind.EVENT:
        return max(sizes.event * in_use.get(start, 1), wants.get(start, 0.0))
    return sizes.quiet if kind is Kind.QUIET else sizes.rest


def _grant(wanted: Sequence[float], least: Sequence[float], available: float) -> list[float]:
    """Wishes in full while they fit, else each reduced towards its least; never below it, even if that is too long."""
    too_much = sum(wanted) - available
    give = sum(wanted) - sum(least)
    if too_much <= 0:
        return list(wanted)
    share = min(1.0, too_much / give) if give > 0 else 0.0
    return [want - (want - little) * share for want, little in zip(wanted, least, strict=True)]


def _week_axis(days: Sequence[Day], sizes: Sizes, first_size: float) -> Axis:
    """The first day by itself, then weeks from Monday to Sunday of equal length; the outer ones may have fewer days."""
    weeks: list[list[date]] = []
    for day in days[1:]:
        if weeks and _monday(weeks[-1][0]) == _monday(day.on):
            weeks[-1].append(day.on)
        else:
            weeks.append([day.on])
    size = round(min(sizes.event, max(sizes.week, (sizes.available - first_size) / len(weeks))), 1)
    first = Column(days[0].on, days[0].on, Kind.EVENT, 0.0, round(first_size, 1))
    columns = [
        Column(week[0], week[-1], Kind.WEEK, round(first.to + index * size, 1), size)
        for index, week in enumerate(weeks)
    ]
    return Axis((first, *columns))


def week_number(days: Sequence[Day], column: Column) -> int:
    """Which week of the plan a column is, from 1; the first is the week of the day after the first."""
    return 1 + (_monday(column.start) - _monday(days[1].on)).days // DAYS_OF_WEEK


def _monday(on: date) -> date:
    return on - timedelta(days=on.weekday())
