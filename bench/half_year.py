"""Half a year of a city: 2,363,500 cases of a real mix through their lives, day by day, corrected, paused and late.

Two processes share the city's work and meet each evening, when what time does by itself is done and the day is sealed.
Every step goes through the engine in batches, and every event is durable before the next batch begins.
"""

from __future__ import annotations

import os
import signal
import tempfile
from collections.abc import Iterator, Sequence
from importlib import import_module
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Final

from bench import footprint, mix, processes
from bench.cluster import Cluster, cluster
from bench.memory import family, proportional_kibibytes
from bench.results import Result
from tongban.platform import database
from tongban.platform.places import find_places

if TYPE_CHECKING:
    from bench.lives import Day

CASES: Final = 2_363_500
QUICK: Final = 400
"""The short run has so many times fewer cases, and a third of the days, so that a day is still one of many cases."""
DAYS: Final = 182
BEGINS: Final = "2026-01-05"
PROCESSES: Final = 2
SUBJECTS: Final = 1_000
"""How many things the cases of one process are about."""
FIRST_DAY: Final = 30
WINDOW: Final = 15
"""The beginning is so many days from that one on, when as many cases end as begin; the end, the last so many."""

GOAL_SECONDS: Final = 600
GOAL_OF_BEGINNING: Final = 0.8
GOAL_BYTES: Final = 4_096
GOAL_RESTART_SECONDS: Final = 30


def run(quick: bool) -> Iterator[Result]:  # noqa: FBT001 - every bench is called alike
    """The half-year, then what it has left: bytes, memory, and a server that must come back."""
    cases, days = (CASES // QUICK, DAYS // 3) if quick else (CASES, DAYS)
    with tempfile.TemporaryDirectory() as folder, cluster(mix.write_pack(Path(folder)), is_real=False) as city:
        with footprint.logged(city) as log:
            begun = perf_counter()
            each = lived(city, cases, days)
            seconds = perf_counter() - begun
        done = footprint.counted(city)
        settings = {"cases": done, "events": sum(day.events for days in each for day in days), **city.settings}
        goal = None if quick else GOAL_SECONDS
        yield Result(
            "half a year", "s", seconds, 1, goal, settings, sound=done == sum(d.cases for o in each for d in o)
        )
        yield from paces(each)
        yield from weights(city, done, log.bytes)
        yield restarted(city, done)


def lived(city: Cluster, cases: int, days: int) -> list[list[Day]]:
    """The days of each process."""
    registry, lives = import_module("tongban.registry.service"), import_module("bench.lives")
    evening = processes.FORKED.Barrier(PROCESSES)
    a_day = -(-cases // days // PROCESSES)
    shares = []
    for number in range(PROCESSES):
        subjects = [registry.create(mix.SUBJECT_TYPE) for _ in range(SUBJECTS)]
        shares.append(lives.Share(city.digest, days, a_day, BEGINS, number, subjects, evening))
    return processes.each(lives.live, shares)


def paces(each: Sequence[Sequence[Day]]) -> Iterator[Result]:
    """Cases a second at the beginning and at the end: events, each case having as many as all have on average."""
    total = [day for days in each for day in days]
    events_a_case = sum(day.events for day in total) / sum(day.cases for day in total)

    def pace(days: slice) -> float:
        events = sum(day.events for own in each for day in own[days])
        return events / events_a_case / sum(day.seconds for day in each[0][days])

    first, last = pace(slice(FIRST_DAY, FIRST_DAY + WINDOW)), pace(slice(-WINDOW, None))
    yield Result("pace at the beginning", "cases/s", first, 1, settings={"from day": FIRST_DAY, "days": WINDOW})
    yield Result("pace at the end", "cases/s", last, 1, settings={"days": WINDOW})
    yield Result(
        "the end beside the beginning", "of the beginning's", last / first, 1, GOAL_OF_BEGINNING, at_least=True
    )


def weights(city: Cluster, done: int, logged_bytes: int) -> Iterator[Result]:
    """Bytes a case, on disk with all indexes and in the log; and memory."""
    tables = footprint.tables(city)
    parts = {name: f"{size / done:,.0f}" for name, size in tables.items() if size > done}
    yield Result("stored with indexes", "B/case", sum(tables.values()) / done, 1, GOAL_BYTES, parts)
    yield Result("write-ahead log", "B/case", logged_bytes / done, 1)
    kibibytes = sum(map(proportional_kibibytes, family({os.getpid(), _postmaster(city)})))
    yield Result("memory after the half-year", "MiB", kibibytes / 1_024, 1, settings={"figure": "PSS of all processes"})


def restarted(city: Cluster, done: int) -> Result:
    """How long after kill -9 of the database server until it answers again, every case there."""
    database.close_connections()
    os.kill(_postmaster(city), signal.SIGKILL)
    begun = perf_counter()
    with database.available(find_places()):
        seconds = perf_counter() - begun
        whole = footprint.counted(city) == done
    return Result("back after kill -9", "s", seconds, 1, GOAL_RESTART_SECONDS, sound=whole)


def _postmaster(city: Cluster) -> int:
    return int((city.server.data / "postmaster.pid").read_text(encoding="utf-8").split()[0])
