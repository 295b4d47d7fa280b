"""How satisfied people are, for everybody to see: by service and by office, and never what one of them said.

Ratings are published in lots: those of one service at one office, by whole months, in each lot at least as many as
`LEAST`. What has not come to a lot yet waits for later months. Every published figure is a sum of whole lots, so
whatever is subtracted from whatever, by service, office or time, at least a lot is left. A month is published once none
of its ratings can change any more, and what it says then stands: who is set aside later is not seen to go.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Final

from tongban.platform.database import query

LEAST: Final = 10
SETTLED_AFTER: Final = timedelta(days=30)
"""How long after its end a month is published: changes end after 7 days, a bad rating is looked into within 15."""
LAST_MONTHS: Final = 12
"""Figures are of the lots that were complete within so many months."""
GRADES: Final = (5, 4, 3, 2, 1)
SATISFIED: Final = frozenset({5, 4, 3})
"""基本满意 and better, as the law counts."""

Grades = Mapping[int, int]
"""How many said each grade."""


@dataclass(frozen=True, slots=True)
class Lot:
    """At least `LEAST` ratings of a service at an office, complete with ``month`` (its first day)."""

    service: str
    office: str
    month: date
    grades: Grades


@dataclass(frozen=True, slots=True)
class Line:
    """What all lots of a service or office come to; ``of`` is its id."""

    of: str
    grades: Grades

    @property
    def count(self) -> int:
        """How many rated."""
        return sum(self.grades.values())

    @property
    def share(self) -> int:
        """Of a hundred that rated, how many are satisfied."""
        return round(100 * sum(count for grade, count in self.grades.items() if grade in SATISFIED) / self.count)


@dataclass(frozen=True, slots=True)
class Published:
    """All of it: together (None while there is no lot), by service and by office, those that most rated first; and the
    ``lots`` that these are sums of: of nothing less may a figure be made.
    """

    through: date
    whole: Line | None
    services: tuple[Line, ...]
    offices: tuple[Line, ...]
    lots: tuple[Lot, ...]


@lru_cache(maxsize=2)
def published(today: date) -> Published:
    """What is published on a day: the same all day, so that whole tables are read once."""
    through = _last_month(today)
    since = _months_before(through, LAST_MONTHS - 1)
    lots = [lot for lot in lots_of(_counted(through)) if lot.month >= since]
    services = _lines((lot.service, lot.grades) for lot in lots)
    whole = _lines(("", lot.grades) for lot in lots)
    offices = _lines((lot.office, lot.grades) for lot in lots)
    return Published(through, whole[0] if whole else None, services, offices, tuple(lots))


def lots_of(counted: Iterable[tuple[str, str, date, int, int]]) -> list[Lot]:
    """Lots from how many rated a service at an office in a month with a grade, in the order of months.

    The same for every later month that is added: a lot that is complete never changes.
    """
    months = defaultdict[tuple[str, str], dict[date, dict[int, int]]](dict)
    for service, office, month, grade, count in counted:
        months[service, office].setdefault(month, {})[grade] = count
    found = []
    for (service, office), by_month in months.items():
        waiting = dict.fromkeys(GRADES, 0)
        for month in sorted(by_month):
            waiting = {grade: waiting[grade] + by_month[month].get(grade, 0) for grade in GRADES}
            if sum(waiting.values()) >= LEAST:
                found.append(Lot(service, office, month, waiting))
                waiting = dict.fromkeys(GRADES, 0)
    return found


def _lines(parts: Iterable[tuple[str, Grades]]) -> tuple[Line, ...]:
    sums = defaultdict[str, dict[int, int]](lambda: dict.fromkeys(GRADES, 0))
    for of, grades in parts:
        sums[of] = {grade: sums[of][grade] + grades[grade] for grade in GRADES}
    return tuple(sorted((Line(of, grades) for of, grades in sums.items()), key=lambda line: (-line.count, line.of)))


def _last_month(today: date) -> date:
    """The first day of the last month that is published."""
    return _months_before((today - SETTLED_AFTER).replace(day=1), 1)


def _months_before(month: date, count: int) -> date:
    months = month.year * 12 + month.month - 1 - count
    return date(months // 12, months % 12 + 1, 1)


def _counted(through: date) -> list[tuple[str, str, date, int, int]]:
    """Real ratings by service, office, month and grade, up to a month; one set aside counts where it was published."""
    return query(_COUNTED, [SETTLED_AFTER, through])


_COUNTED: Final = """
select service, office, month::date, grade, count(*)
from (select service, office, grade, set_aside_at,
        date_trunc('month', rated_at at time zone 'Asia/Shanghai') as month
      from supervision_rating where is_real) rated
where (set_aside_at is null
       or set_aside_at at time zone 'Asia/Shanghai' >= month + interval '1 month' + %s)
  and month <= %s
group by service, office, month, grade
"""
