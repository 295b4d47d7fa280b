"""Deadlines of a million open cases: the lights and limits of a day, and dates that a new calendar moves.

The sweeps are the product's own, in the first minute of each of five days; then as many closed cases come in, and they
are measured again. A calendar closes first a day that nearly every limit runs over, then a far one that few reach.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from importlib import import_module
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Final, TypeVar

from bench import mix
from bench.cluster import Cluster, cluster
from bench.lists import settle
from bench.results import Result

OPEN: Final = 1_000_000
QUICK_OPEN: Final = 10_000
DAYS: Final = 5
GOAL_SWEEP_SECONDS: Final = 5
GOAL_RECKON_SECONDS: Final = 60

Answer = TypeVar("Answer")


def run(quick: bool) -> Iterator[Result]:  # noqa: FBT001 - every bench is called alike
    """The sweep without and with closed cases, then two calendars."""
    count = QUICK_OPEN if quick else OPEN
    with tempfile.TemporaryDirectory() as folder, cluster(mix.write_pack(Path(folder)), is_real=False) as city:
        stock = import_module("bench.stock")
        stock.fill(city.digest, count, open_share=1.0)
        settle(city)
        yield backlog(count)
        yield from sweeps(city, count, 0)
        stock.fill(city.digest, count, seed=2, open_share=0.0)
        settle(city)
        yield from sweeps(city, count, count)
        settle(city)
        yield reckoned("a day that most limits run over", next_workday(1), count)
        yield reckoned("a day that few reach", next_workday(24), count)


def backlog(count: int) -> Result:
    """The first sweep of a stock that came in with all its lights still green, its limits to decide at once."""
    sweep = import_module("tongban.supervision.sweeping").sweep
    seconds, swept = timed(sweep)
    settings = {"lights": swept.lights, "decided": swept.decided}
    return Result("first sweep of an imported city", "s", seconds, 1, settings=settings, size=(count, "open cases"))


def sweeps(city: Cluster, count: int, closed: int) -> Iterator[Result]:
    """What a day brings: lights that change, limits that decide; and a minute's whole sweep that brings nothing."""
    sweeps, sweeping = import_module("tongban.casework.sweeps"), import_module("tongban.supervision.sweeping")
    seconds: dict[str, list[float]] = {"lights of a day": [], "limits that decide in a day": [], "a minute's sweep": []}
    found: dict[str, list[int]] = {name: [] for name in seconds}
    for _ in range(DAYS):
        next_day()
        for name, work in zip(
            seconds, (sweeps.cross_lights, lambda: len(sweeps.silence()), sweeping.sweep), strict=True
        ):
            took, answer = timed(work)
            seconds[name].append(took)
            found[name].append(answer if isinstance(answer, int) else answer.lights + answer.decided)
    beside = "as many closed beside" if closed else "none closed"
    for name, each in seconds.items():
        settings = {"closed": closed, "found": found[name], **city.settings}
        sound = any(found[name]) or name == "a minute's sweep"
        size = (count, "open cases")
        yield Result(f"{name}, {beside}", "s", median(each), DAYS, GOAL_SWEEP_SECONDS, settings, sound=sound, size=size)


def reckoned(name: str, closed_on: date, count: int) -> Result:
    """A calendar with one more day off comes in force: every date that it moves is noted on its case and told."""
    publication = import_module("tongban.publication.service")
    sweeping = import_module("tongban.supervision.sweeping")
    query = import_module("tongban.platform.database").query
    known = publication.current()
    day_off = {
        "calendar": f"off-{closed_on}",
        "stack": "cn",
        "source": {"title": "测速停办"},
        "holidays": [{"from": str(closed_on), "to": str(closed_on), "name": {"zh": "停办", "en": "Closed"}}],
    }
    calendars = {**known.calendars, f"mix/off-{closed_on}": day_off}
    publication.publish(import_module("tongban.catalog.canonical").hashed(replace(known, calendars=calendars)))
    span = [str(closed_on), str(closed_on + timedelta(days=1))]
    asked = query("select cardinality(casework_running(%s, %s, 0))", span)[0][0]
    seconds, moved = timed(sweeping.follow_calendar)
    settings = {"cases it touches": asked, "dates moved": moved, "cases/s": round(asked / seconds)}
    whole = not sweeping.is_behind()
    title = f"new calendar: {name} is off"
    return Result(title, "s", seconds, 1, GOAL_RECKON_SECONDS, settings, sound=whole, size=(count, "open cases"))


def next_day() -> None:
    """The first minute of the next day: limits end at midnight."""
    time = import_module("tongban.platform.time")
    time.set_time(time.start_of(time.today() + timedelta(days=1)) + timedelta(minutes=1), frozen=True)


def next_workday(days: int) -> date:
    """The first day from so many days on that is worked so far."""
    time, calendars = import_module("tongban.platform.time"), import_module("tongban.publication.calendars")
    day: date = time.today() + timedelta(days=days)
    while not calendars.current().is_workday(day):
        day += timedelta(days=1)
    return day


def timed(work: Callable[[], Answer]) -> tuple[float, Answer]:
    """How many seconds it took, and its answer."""
    begun = perf_counter()
    answer = work()
    return perf_counter() - begun, answer
