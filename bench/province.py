"""A month's contributions of 66 million people, a province, batch by batch on one machine by the same rules."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from typing import Final

from bench.provincial import BATCH
from bench.reckoning import FIGURES, spoken
from bench.results import Result

PEOPLE: Final = 66_000_000
QUICK_PEOPLE: Final = 1_000_000
GOAL_GIBIBYTES: Final = 8


def run(quick: bool) -> Iterator[Result]:  # noqa: FBT001 - every bench is called alike
    """How long it takes, how many in a second, and the memory of the process at its peak."""
    people = QUICK_PEOPLE if quick else PEOPLE
    told = json.loads(spoken([sys.executable, "-m", "bench.provincial", str(people)]))
    seconds, batches, is_same = sum(told["seconds"]), len(told["seconds"]), told["is_same"]
    settings = {"people": people, "batch": BATCH, "figures each": len(FIGURES)}
    yuan = sum(told["sums"].values()) - told["sums"]["base_fen"]
    beside = {"some singly, to the fen": is_same, "contributions, yuan": f"{yuan / 100:,.2f}", **settings}
    yield Result("a province reckoned", "s", seconds, batches, settings=beside, sound=is_same)
    yield Result("people reckoned", "people/s", people / seconds, batches, settings=settings)
    peak_gibibytes = told["peak_kibibytes"] / 2**20
    yield Result("memory at its peak", "GiB", peak_gibibytes, 1, GOAL_GIBIBYTES, settings)
