"""Search in ordinary words: how often the right service of the tree comes first, and among the first five.

Two halves of a list of questions, each written before search was tried: one was never looked at while it was tuned, the
other was tuned with; and a third list, written later from the titles alone by somebody who had not seen the search, and
committed by itself before it was asked. A bundle counts where it says that it is the right service within it that was
found, or where the question names it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Final

import yaml

from bench.results import Result, seconds
from tongban.applications.search import search
from tongban.catalog.model import Catalog
from tongban.publication.files import tree

WAYS: Final = Path(__file__).parents[1] / "tests" / "applications" / "ways_people_ask"
LISTS: Final = {"first": "never tuned with", "second": "tuned with", "third": "third list, written blind"}
BUNDLE: Final = ("bundle:", "life-events/")
FIRST_GOAL: Final = 0.85
FIVE_GOAL: Final = 0.97
GOAL_MS: Final = 5


@dataclass(frozen=True, slots=True)
class Way:
    """How somebody asks: colloquial, misspelt, pinyin or partial; any of ``right`` is what is meant."""

    ask: str
    right: frozenset[str]
    how: str


def ways(called: str) -> list[Way]:
    """The questions of one list."""
    rows = yaml.safe_load((WAYS / f"{called}.yaml").read_text(encoding="utf-8"))
    meant = [[row["for"]] if isinstance(row["for"], str) else row["for"] for row in rows]
    return [
        Way(row["ask"], frozenset(name.replace(*BUNDLE) for name in names), row["how"])
        for row, names in zip(rows, meant, strict=True)
    ]


def place(catalog: Catalog, way: Way) -> int | None:
    """Where among what is found the right one is, the first being 1; None where it is not."""
    hits = search(catalog, way.ask)
    return next((n for n, hit in enumerate(hits, 1) if {hit.id, hit.within} & way.right), None)


def recall(places: Sequence[int | None], among: int) -> float:
    """The share whose right one is among the first so many."""
    return sum(each is not None and each <= among for each in places) / len(places)


def run(quick: bool) -> Iterator[Result]:  # noqa: FBT001 - every bench is called alike
    """Each list apart, then all; then the processor's time of a question."""
    catalog = tree()
    asked = {name: ways(name) for name in LISTS}
    places = {name: [place(catalog, way) for way in asked[name]] for name in LISTS}
    told = {called: places[name] for name, called in LISTS.items()} | {"all": [*chain(*places.values())]}
    services = {"services": len(catalog.services)}
    for called, found in told.items():
        settings = services | {"questions": len(found)}
        yield Result(f"right one first, {called}", "", recall(found, 1), 1, FIRST_GOAL, settings, at_least=True)
        yield Result(f"among five, {called}", "", recall(found, 5), 1, FIVE_GOAL, settings, at_least=True)
    every, runs = [*chain(*asked.values())], 3 if quick else 9
    time_seconds = seconds(lambda: [search(catalog, way.ask) for way in every], runs)
    yield Result(
        "a question", "ms", time_seconds / len(every) * 1_000, runs, GOAL_MS, services | {"questions": len(every)}
    )
