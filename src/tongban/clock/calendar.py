"""Which days are worked: a weekly rhythm and a stack of layers that depart from it, the later above the earlier.

A layer is one publication (the yearly notice of the State Council) or one local override, with its source.
Years that no notice covers are taken as the plain weekly rhythm, and whoever rests on them is told so.
"""

from __future__ import annotations

import hashlib
import json
from bisect import bisect_right
from calendar import isleap
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from math import inf
from typing import Final, Literal

Kind = Literal["workday", "weekend", "holiday", "make-up"]
WORKED: Final[frozenset[Kind]] = frozenset({"workday", "make-up"})
SATURDAY_AND_SUNDAY: Final = frozenset({6, 7})


@dataclass(frozen=True, slots=True)
class Source:
    """Where a layer was published; `document_number` and `published` are None where there are none."""

    title: str
    document_number: str | None = None
    published: date | None = None


@dataclass(frozen=True, slots=True)
class Name:
    """A name in both languages."""

    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class Layer:
    """One publication of days off and make-up workdays; `year` is the year it settles, None for an override."""

    id: str
    source: Source
    year: int | None
    holidays: Mapping[date, Name]
    workdays: frozenset[date]


@dataclass(frozen=True, slots=True)
class Year:
    """The workdays of one year as days of the year (0 = 1 January), in order."""

    workdays: tuple[int, ...]

    def before(self, day_of_year: int) -> int:
        """Count the workdays up to and including this day of the year; -1 stands before the first."""
        return bisect_right(self.workdays, day_of_year)


@dataclass(frozen=True, slots=True, eq=False)
class Calendar:
    """The kind of every day. `years` are those a notice settles, None where every year is settled.

    `listed` holds the days that a layer speaks of. `hash` is the SHA-256 (hex) of all that can change a date, so names
    and sources do not count; events keep it to show what they rested on. Calendars of one hash are equal.
    """

    weekend: frozenset[int]
    years: frozenset[int] | None
    listed: Mapping[date, Kind]
    names: Mapping[date, Name] = field(default_factory=dict)
    layers: tuple[Layer, ...] = ()
    hash: str = field(init=False)
    _tables: dict[int, Year] = field(default_factory=dict, init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "hash", _content_hash(self))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Calendar) and self.hash == other.hash

    def __hash__(self) -> int:
        return hash(self.hash)

    @classmethod
    def stacked(cls, layers: Iterable[Layer], weekend: frozenset[int] = SATURDAY_AND_SUNDAY) -> Calendar:
        """Stack layers: yearly notices by year, overrides above them by id. A listed workday wins inside its layer."""
        order = tuple(sorted(layers, key=lambda layer: (layer.year or inf, layer.id)))
        names: dict[date, Name] = {}
        listed: dict[date, Kind] = {}
        for layer in order:
            names.update(layer.holidays)
            listed = _over(listed, layer.holidays, layer.workdays, weekend)
        years = frozenset(layer.year for layer in order if layer.year is not None)
        return cls(weekend, years, listed, names, order)

    @classmethod
    def plain(cls, weekend: Iterable[int], holidays: Iterable[date] = (), workdays: Iterable[date] = ()) -> Calendar:
        """Build a calendar that is settled for all years from ISO weekdays (1 = Monday), days off and days worked."""
        rest = frozenset(weekend)
        return cls(rest, None, _over({}, holidays, workdays, rest))

    def kind(self, day: date) -> Kind:
        """Say what kind of day this is."""
        return self.listed.get(day) or ("weekend" if day.isoweekday() in self.weekend else "workday")

    def is_workday(self, day: date) -> bool:
        """Say whether this day is worked."""
        return self.kind(day) in WORKED

    def name(self, day: date) -> Name | None:
        """Name the holiday this day belongs to; None where it is none or has no name."""
        return self.names.get(day) if self.kind(day) == "holiday" else None

    def covers(self, year: int) -> bool:
        """Say whether the days of this year are settled; otherwise what rests on them is provisional."""
        return self.years is None or year in self.years

    def changed_since(self, before: Calendar) -> tuple[date, date] | None:
        """Give the first and the last day that the two do not take alike, be it that only one of them settles its year;
        None where no date that `before` gave can come out otherwise.
        """
        if self.hash == before.hash:
            return None
        if self.weekend != before.weekend or (self.years is None) is not (before.years is None):
            return date.min, date.max
        years = (self.years or frozenset()) ^ (before.years or frozenset())
        days = {day for day in (*self.listed, *before.listed) if self.is_workday(day) is not before.is_workday(day)}
        days |= {day for year in years for day in (date(year, 1, 1), date(year, 12, 31))}
        return (min(days), max(days)) if days else None

    def year(self, year: int) -> Year:
        """Give the workdays of one year, reckoned once."""
        table = self._tables.get(year)
        if table is None:
            first = date(year, 1, 1)
            length = 366 if isleap(year) else 365
            days = (number for number in range(length) if self.is_workday(first + timedelta(number)))
            table = self._tables[year] = Year(tuple(days))
        return table


def _content_hash(calendar: Calendar) -> str:
    content = {
        "weekend": sorted(calendar.weekend),
        "years": None if calendar.years is None else sorted(calendar.years),
        "days": {day.isoformat(): kind for day, kind in calendar.listed.items()},
    }
    canonical = json.dumps(content, separators=(",", ":"), sort_keys=True)
    return hashlib.sha256(canonical.encode()).hexdigest()


def _over(
    below: Mapping[date, Kind], holidays: Iterable[date], workdays: Iterable[date], weekend: frozenset[int]
) -> dict[date, Kind]:
    """Lay days off and days worked over what is below; a workday that was worked anyway is no make-up day."""
    listed = dict(below)
    for day in holidays:
        listed[day] = "holiday"
    for day in workdays:
        if day in listed or day.isoweekday() in weekend:
            listed[day] = "make-up"
    return listed
