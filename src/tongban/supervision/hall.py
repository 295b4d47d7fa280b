"""A day of a hall, simulated: who waits how long when all come, and when some have it done online.

The same people on the same days before and after: whoever goes online stays away, all others come at the same moment
and take as long at a window. What chance there is hangs on the day and the hour alone, so that the same question has
the same answer for ever, and two answers differ by what was asked. One queue before all windows, first come first
called; people come independently of each other, and the time at a window is spread exponentially about its mean.
"""

from __future__ import annotations

import math
from collections.abc import Generator, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate
from random import Random
from typing import Final, Literal

import simpy

OPENS: Final = 9
"""The hour at which the doors open."""
HOURS: Final = 8
SAMPLE_MINUTES: Final = 5
MOST_DAYS: Final = 20
MOST_PEOPLE: Final = 1_500
"""So many people are simulated, whole days of them, one day at least: what one answer may cost."""

End = Literal["served", "gave-up", "waiting"]


@dataclass(frozen=True, slots=True)
class Bounds:
    """What a number may be, both ends included."""

    least: int
    most: int


BOUNDS: Final = {
    "arrivals": Bounds(0, 120),
    "windows": Bounds(1, 20),
    "service_minutes": Bounds(1, 60),
    "online_percent": Bounds(0, 100),
    "patience_minutes": Bounds(0, 120),
}


@dataclass(frozen=True, slots=True)
class Question:
    """A hall: who would come in each of its `HOURS` if nothing were online, and how many of a hundred do it online.

    ``patience_minutes``: after so many people leave; 0 if nobody does. Raises ValueError outside of `BOUNDS`.
    """

    arrivals: tuple[int, ...]
    windows: int
    service_minutes: int
    online_percent: int
    patience_minutes: int = 0

    def __post_init__(self) -> None:
        if len(self.arrivals) != HOURS:
            raise ValueError("arrivals")
        for name, bounds in BOUNDS.items():
            value = getattr(self, name)
            for each in value if isinstance(value, tuple) else (value,):
                if not bounds.least <= each <= bounds.most:
                    raise ValueError(name)


@dataclass(frozen=True, slots=True)
class Visit:
    """Somebody who would come: when (minutes after opening), for how long at a window, and how ready to go online.

    ``readiness`` lies between 0 and 1; whoever's is below the share that is online does not come.
    """

    at_minutes: float
    service_minutes: float
    readiness: float


@dataclass(frozen=True, slots=True)
class Stay:
    """Somebody who came: how long they waited, and how that ended (``waiting``: still when the hall shut)."""

    at_minutes: float
    waited_minutes: float
    end: End


@dataclass(frozen=True, slots=True)
class Way:
    """A hall before or after. People are those of an average day; waits are over all who came, in minutes.

    ``longest`` is the longest queue of an average day; ``lengths`` the average queue every `SAMPLE_MINUTES`, and
    ``came`` how many came in each hour.
    """

    people: float
    gave_up: float
    left_waiting: float
    mean_wait: float
    wait_of_95: float
    longest: float
    lengths: tuple[float, ...]
    came: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """The hall before and after, over so many simulated days."""

    days: int
    before: Way
    after: Way


@lru_cache(maxsize=64)
def before_and_after(question: Question) -> Answer:
    """The answer to a question: always the same."""
    days = max(1, min(MOST_DAYS, MOST_PEOPLE // max(1, sum(question.arrivals))))
    people = [visits(question.arrivals, question.service_minutes, day) for day in range(days)]
    share = question.online_percent / 100
    hall = (question.windows, question.patience_minutes, 60.0 * HOURS)
    before = [queue(day, *hall) for day in people]
    after = [queue([visit for visit in day if visit.readiness >= share], *hall) for day in people]
    return Answer(days, _way(before), _way(after))


def visits(arrivals: Sequence[int], service_minutes: float, day: int) -> list[Visit]:
    """Who would come on a day on which so many people an hour come on average, in order."""
    coming = []
    for hour, rate in enumerate(arrivals):
        random = Random(f"{day}/{hour}")  # noqa: S311 - repeatable, not secret
        at = 60.0 * hour
        while rate and (at := at + random.expovariate(rate / 60)) < 60 * (hour + 1):
            coming.append(Visit(at, service_minutes * random.expovariate(1), random.random()))
    return coming


def queue(coming: Iterable[Visit], windows: int, patience_minutes: float, shuts_at: float) -> list[Stay]:
    """What becomes of all who come, in order. When the hall shuts nobody is called any more.

    ``shuts_at``: minutes after opening. ``patience_minutes`` 0: nobody gives up.
    """
    hall = simpy.Environment()
    desks = simpy.Resource(hall, windows)
    stays: list[Stay] = []

    def stay(place: int, visit: Visit) -> Generator[simpy.Event, object, None]:
        with desks.request() as turn:
            yield turn | hall.timeout(patience_minutes) if patience_minutes and not turn.triggered else turn
            end: End = "served" if turn.triggered else "gave-up"
            stays[place] = Stay(visit.at_minutes, hall.now - visit.at_minutes, end)
            if turn.triggered:
                yield hall.timeout(visit.service_minutes)

    def door() -> Generator[simpy.Event, object, None]:
        for visit in coming:
            yield hall.timeout(max(0.0, visit.at_minutes - hall.now))
            stays.append(Stay(visit.at_minutes, shuts_at - visit.at_minutes, "waiting"))
            hall.process(stay(len(stays) - 1, visit))

    hall.process(door())
    hall.run(until=shuts_at)
    return stays


def longest_queue(stays: Iterable[Stay]) -> int:
    """The most people who waited at one moment."""
    waits = [(one.at_minutes, one.waited_minutes) for one in stays if one.waited_minutes > 0]
    moves = sorted([(at, 1) for at, _minutes in waits] + [(at + minutes, -1) for at, minutes in waits])
    return max(accumulate(move for _at, move in moves), default=0)


def _way(days: Sequence[Sequence[Stay]]) -> Way:
    stays = [stay for day in days for stay in day]
    waits = sorted(stay.waited_minutes for stay in stays)
    count = len(days)
    return Way(
        people=len(stays) / count,
        gave_up=sum(stay.end == "gave-up" for stay in stays) / count,
        left_waiting=sum(stay.end == "waiting" for stay in stays) / count,
        mean_wait=sum(waits) / len(waits) if waits else 0.0,
        wait_of_95=waits[math.ceil(0.95 * len(waits)) - 1] if waits else 0.0,
        longest=sum(map(longest_queue, days)) / count,
        lengths=tuple(length / count for length in _lengths(stays)),
        came=tuple(sum(stay.at_minutes // 60 == hour for stay in stays) / count for hour in range(HOURS)),
    )


def _lengths(stays: Iterable[Stay]) -> list[int]:
    """How many waited at each moment of the samples, from the opening to the end."""
    changes = [0] * (60 * HOURS // SAMPLE_MINUTES + 2)
    for stay in stays:
        changes[math.ceil(stay.at_minutes / SAMPLE_MINUTES)] += 1
        until = stay.at_minutes + stay.waited_minutes if stay.end != "waiting" else 60 * HOURS + SAMPLE_MINUTES
        changes[math.ceil(until / SAMPLE_MINUTES)] -= 1
    return list(accumulate(changes))[:-1]
