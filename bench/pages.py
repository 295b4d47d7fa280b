"""How long pages take in a city of 20,000 people, each as whoever reads it: strangers, applicants, staff."""

from __future__ import annotations

from collections.abc import Iterator
from statistics import median
from time import perf_counter

from bench.demonstration import Demonstration, Visitor, demonstration
from bench.results import Result
from bench.scene import PAGES, scene

GOAL_MILLISECONDS = 100


def run(quick: bool) -> Iterator[Result]:  # noqa: FBT001 - every bench is called alike
    """One result for each page: the median from request to answer over a kept connection on this machine."""
    people, runs = (2_000, 5) if quick else (20_000, 25)
    with demonstration(people) as city:
        for name, path, visitor in visits(city):
            times = [milliseconds(visitor, path) for _ in range(runs + 1)][1:]
            yield Result(f"page {name}", "ms", median(times), runs, GOAL_MILLISECONDS, {"people": people})


def visits(city: Demonstration) -> Iterator[tuple[str, str, Visitor]]:
    """Every page of a city with something to show: its name, its address, and its reader, logged in."""
    numbers = scene(city)
    for page in PAGES:
        visitor = Visitor(city.address)
        if page.who:
            visitor.enter(page.who)
        yield page.name, page.at.format(**numbers), visitor


def milliseconds(visitor: Visitor, path: str) -> float:
    """From request to the last byte of the answer."""
    begun = perf_counter()
    visitor.get(path)
    return (perf_counter() - begun) * 1_000
