"""Planning, once compiled: the four bundles, and generated ones of up to 60 services in which a plan has to choose."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from statistics import median
from typing import Final

from bench.results import Result, seconds
from tongban.catalog.model import Catalog
from tongban.planner.plan import Plan
from tongban.planner.planning import plan
from tongban.planner.request import Request
from tongban.publication import calendars
from tongban.publication.files import tree
from tongban.testing.catalogs import Size, generated

ON: Final = date(2026, 11, 23)
BUNDLE_GOAL: Final = 5
GENERATED_GOAL: Final = 50
LONGEST_GOAL: Final = 1_000
GROWING: Final = (
    Size(services=10, facts=38, papers=10, choices=2),
    Size(services=20, facts=75, papers=20, choices=4),
    Size(),
    Size(services=60, facts=225, papers=60, choices=12),
)
RANDOM_SHAPES: Final = (
    Size(choices=12),
    Size(choices=12, papers=10, places=2),
    Size(services=25, facts=80, papers=15, choices=10, places=3),
    Size(services=60, facts=200, papers=60, choices=12, needs=9),
    Size(services=15, facts=30, papers=8, choices=12, needs=4, places=6),
)


def run(quick: bool) -> Iterator[Result]:  # noqa: FBT001 - every bench is called alike
    """Each bundle; generated ones of up to 60 services; and the longest of random shapes, proven or saying that not."""
    runs = 5 if quick else 25
    for id_ in tree().bundles:
        yield Result(id_, "ms", milliseconds(tree(), id_, runs), runs, BUNDLE_GOAL)
    seeds = range(3 if quick else 12)
    for size in GROWING:
        yield shape(size, seeds)
    yield random_shapes(seeds)


def shape(size: Size, seeds: range) -> Result:
    """The median over catalogs of one size; sound only when every plan is proven the shortest."""
    times, proven = [], 0
    for seed in seeds:
        catalog = generated(size, seed)
        times.append(milliseconds(catalog, BUNDLE, runs=3))
        proven += planned(catalog, BUNDLE).is_proven
    drawn = {"facts": size.facts, "papers": size.papers, "choice points": size.choices}
    settings = {**drawn, "seeds": len(seeds), "proven": proven, "longest": round(max(times), 1)}
    goal = GENERATED_GOAL if size == Size() else None
    sound, services = proven == len(seeds), (size.services, "services")
    return Result("a plan, proven shortest", "ms", median(times), len(times), goal, settings, sound, size=services)


def random_shapes(seeds: range) -> Result:
    """The longest single plan of random shapes with up to 12 choice points."""
    times, proven = [], 0
    for size in RANDOM_SHAPES:
        for seed in seeds:
            catalog = generated(size, seed)
            times.append(milliseconds(catalog, BUNDLE, runs=1))
            proven += planned(catalog, BUNDLE).is_proven
    settings = {"figure": "longest", "plans": len(times), "proven": proven, "median": round(median(times), 1)}
    return Result("random shapes, up to 12 choice points", "ms", max(times), 1, LONGEST_GOAL, settings)


BUNDLE: Final = "generated/all"


def planned(catalog: Catalog, bundle: str) -> Plan:
    """The plan of a bundle without any answer, which lists every possible service."""
    return plan(catalog, Request(ON, bundle=bundle), calendars.of(catalog))


def milliseconds(catalog: Catalog, bundle: str, runs: int) -> float:
    """The median time of a plan, its calendars at hand as a city keeps them."""
    known, request = calendars.of(catalog), Request(ON, bundle=bundle)
    return seconds(lambda: plan(catalog, request, known), runs) * 1_000
