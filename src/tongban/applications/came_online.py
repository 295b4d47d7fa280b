"""What came online: how many cases, by service, office, level or month, how soon they ended, what that saved.

A case came online unless a window began its application. It saved the trips that its service takes at windows apart,
as far as its definition tells them with a source, less those that it still takes. What a trip takes is an assumption
that whoever looks may change; the way there is not counted. A case that has ended did so when the last was written
about it: a note or a revocation after its end takes it out of those that ended within a day.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Final, Literal, get_args

from tongban.applications.models import Form
from tongban.casework import figures
from tongban.casework.figures import Figure
from tongban.catalog.model import Catalog, ServiceDefinition

By = Literal["service", "office", "level", "month"]
BYS: Final[tuple[By, ...]] = get_args(By)
MINUTES_A_TRIP: Final = 45
"""In the middle of the 30 to 60 minutes that a certificate took at a hall (ticket, queue, check and print): the city's
own figure, without a published source."""


@dataclass(frozen=True, slots=True)
class Row:
    """Real cases of one group: all, those that came online, ended, ended within a day; the trips that online saved."""

    key: str
    cases: int = 0
    online: int = 0
    ended: int = 0
    within_a_day: int = 0
    trips: int = 0

    def __add__(self, other: Row) -> Row:
        """Both together, under the first one's key."""
        return Row(
            self.key,
            self.cases + other.cases,
            self.online + other.online,
            self.ended + other.ended,
            self.within_a_day + other.within_a_day,
            self.trips + other.trips,
        )

    @property
    def share_within_a_day(self) -> int | None:
        """Of a hundred that have ended, how many did within a day; None before any has."""
        return round(100 * self.within_a_day / self.ended) if self.ended else None


def counted(catalog: Catalog) -> dict[By, list[Row]]:
    """For each grouping every group with a case, the largest first; months the newest first. Reads whole tables."""
    groups: dict[By, dict[str, Row]] = {by: {} for by in BYS}
    for one in _figures():
        row = _row(catalog, one)
        for by, found in groups.items():
            key = KEYS[by](catalog, one)
            found[key] = found.get(key, Row(key)) + row
    return {by: _ordered(by, found.values()) for by, found in groups.items()}


def _ordered(by: By, found: Iterable[Row]) -> list[Row]:
    if by == "month":
        return sorted(found, key=lambda row: row.key, reverse=True)
    return sorted(found, key=lambda row: (-row.cases, row.key))


def total(lines: Iterable[Row]) -> Row:
    """All of them together."""
    return sum(lines, Row(""))


def unsourced(catalog: Catalog) -> int:
    """How many services tell no trips with a source, and so add none."""
    return sum(_trips(service) == 0 and not service.apart.source for service in catalog.services.values())


def _figures() -> list[Figure]:
    begun = Form.objects.filter(channel="window", submitted_at__isnull=False)
    return figures.figures(begun.values_list("number", flat=True))


def _row(catalog: Catalog, one: Figure) -> Row:
    online = one.cases - one.at_window
    service = catalog.services.get(one.service)
    trips = _trips(service) * online if service is not None else 0
    return Row("", one.cases, online, one.ended, one.within_a_day, trips)


def _trips(service: ServiceDefinition) -> int:
    """The trips of one case that nobody makes online."""
    if service.apart.source is None:
        return 0
    return max(0, (service.apart.trips or 0) - len(service.visits))


def _level(catalog: Catalog, one: Figure) -> str:
    office = catalog.offices.get(one.office)
    return office.level if office is not None else ""


KEYS: Final[Mapping[By, Callable[[Catalog, Figure], str]]] = {
    "service": lambda _catalog, one: one.service,
    "office": lambda _catalog, one: one.office,
    "level": _level,
    "month": lambda _catalog, one: f"{one.month:%Y-%m}",
}
"""What a figure is grouped under; an office that this publication no longer has stands at no level."""
