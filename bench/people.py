"""A demonstration city of 4 million people: made, encrypted as ever, and searched as a window and a form search it.

Made in one stream by one process, as `tongban demo` makes it. Everybody is found by the keyed hash of an ID number;
names are encrypted at rest, and neither window nor registry searches by them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from importlib import import_module
from statistics import quantiles
from time import perf_counter
from typing import Final

from bench.cluster import cluster
from bench.results import Result

PEOPLE: Final = 4_000_000
QUICK_PEOPLE: Final = 20_000
LOOKS: Final = 2_000
GOAL_PEOPLE_PER_SECOND: Final = 5_000
"""4 million people in less than a quarter of an hour."""
GOALS_MILLISECONDS: Final = {"found by ID number": 5, "searched at a window": 15, "read from every register": 15}


def run(quick: bool) -> Iterator[Result]:  # noqa: FBT001 - every bench is called alike
    """How fast they are made, what they take, and how long one of them takes to find: the middle look, and the 95th."""
    people = QUICK_PEOPLE if quick else PEOPLE
    with cluster(is_real=False) as city:
        registers = import_module("bench.registers")
        begun = perf_counter()
        subjects = registers.fill(people)
        rate = people / (perf_counter() - begun)
        settings = {"people": people, "subjects": subjects, **city.settings}
        goal = None if quick else GOAL_PEOPLE_PER_SECOND  # staff and log-ins are made once, for few as for many
        yield Result("made", "people/s", rate, 1, goal, settings, at_least=True)
        yield Result("stored with indexes", "B/person", registers.stored_bytes() / people, 1, settings=settings)
        chosen = registers.some(LOOKS // (10 if quick else 1))
        looks: dict[str, Callable[[str], object]] = {
            "found by ID number": registers.find,
            "searched at a window": registers.search_at_window(),
            "read from every register": registers.read_everything(),
        }
        for name, look in looks.items():
            times = milliseconds(look, chosen)
            settings = {"people": people, "looks": len(times), **city.settings}
            middle, late = (quantiles(times, n=100)[percent - 1] for percent in (50, 95))
            yield Result(f"{name}, p50", "ms", middle, len(times), settings=settings)
            yield Result(f"{name}, p95", "ms", late, len(times), GOALS_MILLISECONDS[name], settings)


def milliseconds(look: Callable[[str], object], keys: Sequence[str]) -> list[float]:
    """How long each look takes, somebody else every time."""
    times = []
    for key in keys:
        begun = perf_counter()
        look(key)
        times.append((perf_counter() - begun) * 1_000)
    return times
