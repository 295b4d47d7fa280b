"""`tongban demo` from nothing: how long until the city of 20,000 people answers, with the packages already there."""

from __future__ import annotations

from collections.abc import Iterator

from bench.demonstration import demonstration
from bench.results import Result

GOAL_SECONDS = 60


def run(quick: bool) -> Iterator[Result]:  # noqa: FBT001 - every bench is called alike
    """One city, once: a second beginning would find the disk warm."""
    people = 2_000 if quick else 20_000
    with demonstration(people) as city:
        yield Result("demo, from nothing to served", "s", city.seconds, 1, GOAL_SECONDS, {"people": people})
