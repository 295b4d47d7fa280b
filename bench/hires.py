"""One upload that hires 10,000: the table read, the application sent, and each of its cases taken to its end.

The company's agent does what a person does at the portal, by the same functions; the offices decide in batches. The
employees' own signatures are put in beside the clock, for those are ten thousand log-ins.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from importlib import import_module
from time import perf_counter
from typing import TYPE_CHECKING, Any, Final

from bench.cluster import cluster
from bench.results import Result

if TYPE_CHECKING:
    from bench.firm import Firm

HIRES: Final = 10_000
QUICK: Final = 50
"""The short run has so many times fewer."""
GOAL: Final = 4_000


def timed(work: Callable[[], None]) -> float:
    """How many seconds it takes."""
    begun = perf_counter()
    work()
    return perf_counter() - begun


def run(quick: bool) -> Iterator[Result]:  # noqa: FBT001 - every bench is called alike
    """How long the table and the sending take, and how many cases a second come to their end."""
    hires = HIRES // QUICK if quick else HIRES
    with cluster(is_real=False) as city:
        firms: Any = import_module("bench.firm")
        firm: Firm = firms.Firm.about_to_hire(hires)
        taken = timed(firm.upload)
        firm.sign()
        sent = timed(firm.send)
        decided = timed(firm.decide)
        cases, ended = firm.counted()
        settings = {"hires": hires, "cases": cases, **city.settings}
        yield Result("the table of hires, read into the form", "s", taken, 1, settings=settings)
        yield Result("the application sent, every case open", "s", sent, 1, settings=settings)
        seconds = taken + sent + decided
        sound = ended == cases
        yield Result("hires in one upload", "cases/s", ended / seconds, 1, GOAL, settings, sound, at_least=True)
