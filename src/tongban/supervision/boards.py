"""The board: how the city stands this moment, by whom, since when, and what would help next.

Made of folded counts (`casework.tallies`), so it is right to the last committed event and as quick over millions of
cases. What it says of the future is said with its method: next week's open cases are today's, plus what came and less
what ended in a mean week of the last four whole ones.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Final, Literal, get_args

from tongban.applications.offers import OPENED_BY_THE_HOUSE
from tongban.casework import tallies
from tongban.casework.tallies import Flow, Open, Red, Took, monday_of
from tongban.catalog.model import Catalog
from tongban.clock import SHANGHAI, Calendar, Light, Limit, overdue_multiple
from tongban.publication import calendars
from tongban.publication import service as publication
from tongban.publication.linked import bureau_of, linked
from tongban.supervision import fairness
from tongban.supervision.fairness import Fair
from tongban.supervision.models import Found
from tongban.supervision.problems import WAY

WEEKS: Final = 8
"""How many weeks the board looks back."""
FORECAST_WEEKS: Final = 4
FEWEST: Final = 5
"""A median is told of so many at least."""
YEAR_WEEKS: Final = 52
SOON: Final = timedelta(days=7)
BANDS: Final = (0, 1, 5, 10, 20)
"""Limits of so many days at most are alike."""

By = Literal["department", "office", "level", "service"]
BYS: Final[tuple[By, ...]] = get_args(By)


@dataclass(frozen=True, slots=True)
class Group:
    """Open cases under each light, ``soon`` of them due within a week; what came and ended in a mean week of late."""

    key: str
    green: int = 0
    yellow: int = 0
    red: int = 0
    soon: int = 0
    came: float = 0.0
    left: float = 0.0

    @property
    def open(self) -> int:
        """All open ones."""
        return self.green + self.yellow + self.red

    @property
    def forecast(self) -> int:
        """Open ones in a week, if a mean week follows."""
        return max(0, round(self.open + self.came - self.left))

    @property
    def weeks_of_work(self) -> float | None:
        """In how many weeks what is open would be done; None where nothing was done."""
        return self.open / self.left if self.left else None


@dataclass(frozen=True, slots=True)
class Whole:
    """A bundle: working days each at its window (apart), and all together, as promised or measured of ``matters``."""

    bundle: str
    apart: int
    together: int
    matters: int

    @property
    def is_measured(self) -> bool:
        """Whether enough ended of late to tell."""
        return self.matters >= FEWEST


@dataclass(frozen=True, slots=True)
class Repair:
    """A problem closed: where it was, on which day, and the median of days before and after, where enough tell."""

    case: str
    about: str
    kind: str
    on: date
    before: float | None
    after: float | None


class Groups(dict[By, Sequence[Group]]):
    """The groupings of a board, each made when it is first asked for: a page shows one or two."""

    def __init__(self, make: Callable[[By], Sequence[Group]]) -> None:
        super().__init__()
        self._make = make

    def __missing__(self, by: By) -> Sequence[Group]:
        self[by] = self._make(by)
        return self[by]


@dataclass(frozen=True, slots=True)
class Board:
    """All of it, at a moment. ``times``: overdue cases by how many times their limit is used up."""

    at: datetime
    whole: Group
    groups: Mapping[By, Sequence[Group]]
    fair: Sequence[Fair]
    times: Mapping[int, int]
    late: Sequence[tuple[date, int]]
    wholes: Sequence[Whole]
    repairs: Sequence[Repair]

    @property
    def month_ago(self) -> int | None:
        """How many cases were overdue four weeks ago, at the end of that week."""
        return self.late[-5][1] if len(self.late) > FORECAST_WEEKS else None


def board(catalog: Catalog, now: datetime) -> Board:
    """The board as it is now."""
    tallies.fold()
    monday = monday_of(now)
    since = monday - timedelta(weeks=WEEKS)
    weeks = (monday - timedelta(weeks=FORECAST_WEEKS), monday)
    opened = tallies.open_now(now, now + SOON, OPENED_BY_THE_HOUSE)
    flow = tallies.flow(since, weeks, OPENED_BY_THE_HOUSE)
    overdue = tallies.red(now, OPENED_BY_THE_HOUSE)
    groups = Groups(lambda by: _grouped(KEYS[by], catalog, opened, flow))
    (whole,) = _grouped(lambda _catalog, _office, _service: "", catalog, opened, flow) or [Group("")]
    return Board(
        at=now,
        whole=whole,
        groups=groups,
        fair=_fair(catalog, opened, flow),
        times=_times(calendars.of_digest(catalog.digest), overdue, now),
        late=tallies.late(since, now, overdue, OPENED_BY_THE_HOUSE),
        wholes=_wholes(catalog, since),
        repairs=_repairs(since),
    )


def department_of(catalog: Catalog, office: str) -> str:
    """The bureau that runs an office; an office that is gone stands for itself."""
    found = catalog.offices.get(office)
    return bureau_of(catalog, found.authority) if found else office


def _level(catalog: Catalog, office: str) -> str:
    found = catalog.offices.get(office)
    return found.level if found else ""


Keyed = Callable[[Catalog, str, str], str]
KEYS: Final[Mapping[By, Keyed]] = {
    "department": lambda catalog, office, _service: department_of(catalog, office),
    "office": lambda _catalog, office, _service: office,
    "level": lambda catalog, office, _service: _level(catalog, office),
    "service": lambda _catalog, _office, service: service,
}
"""What a figure of an office and a service is grouped under."""


def _grouped(key: Keyed, catalog: Catalog, opened: list[Open], flow: list[Flow]) -> list[Group]:
    """Every group with an open case or one of late, who has most overdue first."""
    counts: dict[str, list[int]] = defaultdict(lambda: [0] * 6)
    for one in opened:
        row = counts[key(catalog, one.office, one.service)]
        row[0] += one.green
        row[1] += one.yellow
        row[2] += one.red
        row[3] += one.soon
    for each in flow:
        row = counts[key(catalog, each.office, each.service)]
        row[4] += each.came
        row[5] += each.gone
    found = [
        Group(name, green, yellow, red, soon, came / FORECAST_WEEKS, gone / FORECAST_WEEKS)
        for name, (green, yellow, red, soon, came, gone) in counts.items()
    ]
    return sorted(found, key=lambda one: (-one.red, -one.yellow, -one.open, one.key))


def _fair(catalog: Catalog, opened: list[Open], flow: list[Flow]) -> list[Fair]:
    """Departments by mix: cases are those open now and those that ended of late, late is red now or ended too late.

    No two departments have one service, so what they have in common is how hard their services are (`hardness`).
    """
    now = [(one.office, one.service, one.green + one.yellow + one.red, one.red) for one in opened]
    then = [(one.office, one.service, one.ended, one.late) for one in flow]
    lines = [*now, *then]
    hard = {service: hardness(catalog, service) for service in {one[1] for one in lines}}
    departments = {office: department_of(catalog, office) for office in {one[0] for one in lines}}
    return fairness.compared(
        (departments[office], hard[service], cases, late) for office, service, cases, late in lines
    )


def hardness(catalog: Catalog, service: str) -> str:
    """What services are alike in: the procedure, and the limit promised (of none, the law's), in bands of `BANDS`."""
    found = catalog.services.get(service)
    if found is None:
        return service
    limit = found.limits.promised or found.limits.statutory
    band = sum(limit.count > most for most in BANDS) if limit else len(BANDS) + 1
    return f"{found.procedure} {band}"


def _times(calendar: Calendar, overdue: list[Red], now: datetime) -> dict[int, int]:
    """Overdue cases by how many times their whole limit is used up, from once."""
    times = Counter[int]()
    for one in overdue:
        times[overdue_multiple(calendar, one.due_at, Limit.parse(one.allowed), now)] += one.cases
    return dict(sorted(times.items()))


def _wholes(catalog: Catalog, since: date) -> list[Whole]:
    """Every bundle whose time apart some source tells, the one that saves most first."""
    days: dict[str, list[Took]] = defaultdict(list)
    promised = promises(catalog.digest, since)
    for one in tallies.took(since, list(promised)):
        days[one.about].append(one)
    found = []
    for bundle, (apart, together) in promised.items():
        matters = sum(one.cases for one in days[bundle])
        measured = median(days[bundle]) if matters >= FEWEST else None
        # Measured days are of the calendar; five of seven are worked.
        found.append(Whole(bundle, apart, together if measured is None else round(measured * 5 / 7), matters))
    return sorted(found, key=lambda one: (one.together - one.apart, one.bundle))


@lru_cache(maxsize=4)
def promises(digest: str, on: date) -> dict[str, tuple[int, int]]:
    """Working days of each bundle in its commonest situation: each at its window, if sources tell, and together."""
    found = linked(publication.at(digest), on)
    columns = {each.bundle.id: (each.comparison["apart"].days, each.comparison["together"].days) for each in found}
    return {bundle: days for bundle, days in columns.items() if days[0] > days[1]}


def _repairs(since: date) -> list[Repair]:
    """Problems put right of late, with what that did to the days that a service or bundle takes; the newest first."""
    on_ways = Found.objects.filter(state="closed", kind__in=WAY)
    closed = list(on_ways.filter(ended_at__date__gte=since).order_by("-ended_at", "case"))
    days: dict[str, list[Took]] = defaultdict(list)
    for one in tallies.took(since - timedelta(weeks=WEEKS), sorted({row.about for row in closed})):
        days[one.about].append(one)
    found = []
    for row in closed:
        on = row.ended_at.astimezone(SHANGHAI).date() if row.ended_at else since
        week = on - timedelta(days=on.weekday())
        before = [one for one in days[row.about] if one.week < week]
        after = [one for one in days[row.about] if one.week > week]
        found.append(Repair(row.case, row.about, row.kind, on, enough(before), enough(after)))
    return found


def enough(took: Sequence[Took]) -> float | None:
    """Their median, None where they are too few."""
    return median(took) if sum(one.cases for one in took) >= FEWEST else None


def median(took: Sequence[Took]) -> float:
    """The median of the days; ``took`` has at least one case."""
    counts = Counter[int]()
    for one in took:
        counts[one.days] += one.cases
    total = sum(counts.values())
    middle = ((total - 1) // 2, total // 2)
    passed, found = 0, list[int]()
    for days in sorted(counts):
        found += [days for place in middle if passed <= place < passed + counts[days]]
        passed += counts[days]
    return sum(found) / len(found)


def a_year(now: datetime) -> dict[str, int]:
    """How often each service was asked for in the past year."""
    tallies.fold()
    return tallies.sent(monday_of(now) - timedelta(weeks=YEAR_WEEKS), OPENED_BY_THE_HOUSE)


def behind(
    catalog: Catalog, now: datetime, by: By, key: str | None, light: Light | None, most: int
) -> list[tallies.OpenCase]:
    """The open cases behind a figure of the board, the most urgent first; of the whole city where ``key`` is None."""
    tallies.fold()
    opened = tallies.open_now(now, now, OPENED_BY_THE_HOUSE)
    offices = {one.office for one in opened if key is None or KEYS[by](catalog, one.office, one.service) == key}
    service = key if by == "service" else None
    return tallies.behind(now, sorted(offices), service, light, OPENED_BY_THE_HOUSE, most)
