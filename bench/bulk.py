"""Many at once: cases opened and carried to their end in batches beside set-based SQL, and histories imported.

Both sides make two processes work, each on one connection, in transactions of the same number of cases, and take turns.
Every step of Tongban's is decided, chained, encrypted and told to all that hear of it; what SQL does is rows alone. An
import decides nothing: it folds, hashes, verifies and writes what was decided before.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Sequence
from importlib import import_module
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Final, TypeVar

import psycopg

from bench import footprint, mix, processes
from bench.cluster import Cluster, cluster
from bench.contestants import floor, sets
from bench.lifecycle import PACK, rated
from bench.results import Result

PROCESSES: Final = 2
BATCH: Final = 500
CASES: Final = 100_000
RUNS: Final = 3
SHARE_OF_FLOOR: Final = 0.6
GOAL: Final = 4_000
IMPORT_GOAL: Final = 10_000
MOST_IMPORTED: Final = 40_000
"""As many histories as fit in memory while they wait for the clock."""

Share = TypeVar("Share")


def run(quick: bool) -> Iterator[Result]:  # noqa: FBT001 - every bench is called alike
    """Complete cases a second, in batches and by import."""
    cases, runs = (5_000, 1) if quick else (CASES, RUNS)
    with tempfile.TemporaryDirectory() as folder, cluster(PACK, mix.write_pack(Path(folder))) as city:
        yield from carried(city, cases, runs)
        yield from imported(city, cases)


def carried(city: Cluster, cases: int, runs: int) -> Iterator[Result]:
    """The approval case, opened by the system and taken to its end, beside the same rows by set-based SQL."""
    batches, registry = import_module("bench.contestants.batches"), import_module("tongban.registry.service")
    address = city.other("bench_sets")
    with psycopg.connect(address) as connection:
        connection.execute(floor.DDL)
    each = cases // PROCESSES
    ours = batches.Share(city.digest, registry.create("approval/Transfer"), each, BATCH)
    theirs = sets.Share(address, each, BATCH)
    processes.each(batches.carry, [batches.Share(ours.digest, ours.subject, BATCH, BATCH)] * PROCESSES)
    rates: dict[str, list[float]] = {"set-based SQL": [], "Tongban": []}
    for _ in range(runs):
        rates["set-based SQL"].append(rate(sets.carry, [theirs] * PROCESSES))
        before = footprint.counted(city)
        with footprint.logged(city) as log:
            rates["Tongban"].append(rate(batches.carry, [ours] * PROCESSES))
        done = footprint.counted(city) - before
    floor_rate = median(rates["set-based SQL"])
    settings = {"cases": cases, "batch": BATCH, "processes": PROCESSES, **city.settings}
    yield rated("the floor in batches, set-based SQL", rates["set-based SQL"], floor_rate, settings)
    name = "complete cases in batches"
    yield rated(f"{name}, beside the floor", rates["Tongban"], floor_rate, settings, SHARE_OF_FLOOR)
    yield Result(name, "cases/s", median(rates["Tongban"]), runs, GOAL, settings, at_least=True, sound=done == cases)
    yield Result(f"{name}, write-ahead log", "B/case", log.bytes / done, runs)


def imported(city: Cluster, cases: int) -> Iterator[Result]:
    """Finished histories of the mix, made before the clock runs."""
    stock = import_module("bench.stock")
    with footprint.logged(city) as log:
        answers = processes.each(stock.timed, stock.shares(city.digest, min(cases, MOST_IMPORTED), at_once=PROCESSES))
    done = sum(cases for cases, _, _ in answers)
    seconds = max(ended for _, _, ended in answers) - min(begun for _, begun, _ in answers)
    settings = {"cases": done, "processes": PROCESSES, "write-ahead log": f"{log.bytes / done:,.0f} B/case"}
    yield Result("import of finished histories", "cases/s", done / seconds, 1, IMPORT_GOAL, settings, at_least=True)


def rate(carry: Callable[[Share], int], shares: Sequence[Share]) -> float:
    """Cases a second of all processes together."""
    begun = perf_counter()
    return sum(processes.each(carry, shares)) / (perf_counter() - begun)
