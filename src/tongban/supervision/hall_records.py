"""With what a question about the hall begins: this city's own records where they say enough, else an example."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from tongban.applications import came_online, tickets
from tongban.catalog.model import Catalog
from tongban.platform import time
from tongban.supervision.hall import BOUNDS, HOURS, OPENS, Question

DAYS: Final = 90
"""So many days of tickets are looked at."""
ENOUGH: Final = 100
"""So many cases or tickets at least are a measure; in fewer a day's chance would show, or somebody be recognised."""
EXAMPLE: Final = Question((24, 36, 32, 20, 14, 26, 30, 18), windows=4, service_minutes=10, online_percent=60)
"""Invented: a hall of four windows in which a visit takes about 40 minutes, within the 30 to 60 that the city itself
says of a certificate."""


@dataclass(frozen=True, slots=True)
class Records:
    """The question to begin with. Of what each part was measured; 0 where it is the example's.

    ``cases``: real ones, of which the share came online; ``taken`` and ``served``: tickets.
    """

    question: Question
    cases: int
    taken: int
    served: int


def records(catalog: Catalog) -> Records:
    """What the records say now. Reads whole tables."""
    whole = came_online.total(came_online.counted(catalog)["month"])
    found = tickets.measured(time.today() - timedelta(days=DAYS))
    taken = sum(found.by_hour.values())
    has_cases, has_taken, has_served = (count >= ENOUGH for count in (whole.cases, taken, found.served))
    online = round(100 * whole.online / whole.cases) if has_cases else EXAMPLE.online_percent
    question = Question(
        arrivals=_arrivals(found.by_hour, found.days, online) if has_taken else EXAMPLE.arrivals,
        windows=EXAMPLE.windows,
        service_minutes=(
            _within("service_minutes", found.service_minutes or 0) if has_served else EXAMPLE.service_minutes
        ),
        online_percent=online,
    )
    return Records(
        question, whole.cases if has_cases else 0, taken if has_taken else 0, found.served if has_served else 0
    )


def _arrivals(by_hour: Mapping[int, int], days: int, online_percent: int) -> tuple[int, ...]:
    """Who would come in each hour: those who took a ticket, and those who did not because they went online.

    Tickets of before and after the hours of `hall` count for the first and the last of them.
    """
    at_hall = [0] * HOURS
    for hour, count in by_hour.items():
        at_hall[min(max(hour - OPENS, 0), HOURS - 1)] += count
    share_at_hall = max(100 - online_percent, 1) / 100
    return tuple(_within("arrivals", count / days / share_at_hall) for count in at_hall)


def _within(name: str, value: float) -> int:
    return min(max(round(value), BOUNDS[name].least), BOUNDS[name].most)
