"""The board over all the city's cases: how long it takes to look, to fold a busy minute, and to count anew.

Looked at through the product's own door, folding included; a figure is the time below which 95 of 100 looks stay.
Between looks nothing happens; a busy minute is folded apart.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from statistics import median, quantiles
from typing import Final

from bench import mix
from bench.cluster import cluster
from bench.lists import milliseconds, settle
from bench.results import Result

SIZE: Final = 2_363_500
QUICK_SIZE: Final = 20_000
MINUTE: Final = 6_000
"""Cases that a busy minute touches: a hundred a second."""
QUICK_MINUTE: Final = 500
GOAL_MILLISECONDS: Final = 300
GOAL_FOLD_SECONDS: Final = 10
GOAL_RECOUNT_SECONDS: Final = 300
LOOKS: Final = 20


def run(quick: bool) -> Iterator[Result]:  # noqa: FBT001 - every bench is called alike
    """Counting anew, looking, and folding what a minute brought."""
    size, minute, runs = (QUICK_SIZE, QUICK_MINUTE, 3) if quick else (SIZE, MINUTE, 5)
    with tempfile.TemporaryDirectory() as folder, cluster(mix.write_pack(Path(folder))) as city:
        stock, tallies = import_module("bench.stock"), import_module("tongban.casework.tallies")
        boards, time = import_module("tongban.supervision.boards"), import_module("tongban.platform.time")
        catalog = import_module("tongban.publication.service").current()
        stock.fill(city.digest, size, seed=size)
        settle(city)
        lines = (size, "cases")
        seconds = milliseconds(tallies.recount) / 1_000
        yield Result("counting anew", "s", seconds, 1, GOAL_RECOUNT_SECONDS, city.settings, size=lines)
        settle(city)

        def look() -> object:
            return boards.board(catalog, time.now())

        look()
        each = [quantiles([milliseconds(look) for _ in range(LOOKS)], n=20)[18] for _ in range(runs)]
        shown = {"figure": "p95", **city.settings}
        yield Result("a look at the board", "ms", median(each), runs, GOAL_MILLISECONDS, shown, size=lines)
        stock.fill(city.digest, minute, seed=size + 1)
        seconds = milliseconds(tallies.fold) / 1_000
        shown = {"new cases": f"{minute:,}", **city.settings}
        yield Result("folding a busy minute", "s", seconds, 1, GOAL_FOLD_SECONDS, shown, size=lines)
