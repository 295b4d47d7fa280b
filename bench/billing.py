"""Monthly bills of 1.3 million insured people, computed and stored, beside NumPy for the one and COPY for the other.

The people are made up, and one month is billed before it counts. NumPy has the rules written by hand, in the peers'
Python; its every figure is compared with that of the rules.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from importlib import import_module
from statistics import median
from time import perf_counter
from typing import Any, Final

import psycopg

from bench.cluster import Cluster, cluster
from bench.peers.environment import python
from bench.reckoning import ON, computing
from bench.results import Result
from tongban.policy.values import month_of
from tongban.publication.files import tree

PEOPLE: Final = 1_300_000
QUICK_PEOPLE: Final = 100_000
MONTHS: Final = (date(2026, 8, 1), date(2026, 9, 1), date(2026, 10, 1), ON)
"""What is billed; the first does not count."""
GOAL_TIMES: Final = 3
STORED: Final = {
    "line": "month = %s order by employer, insured",
    "statement": "month = %s order by id",
    "leg": "posting in (select id from insurance_posting where month = %s and run is not null) order by id",
}
"""The rows of a month's bills, table by table, in the order in which they were stored."""


def run(quick: bool) -> Iterator[Result]:  # noqa: FBT001 - every bench is called alike
    """The computing alone beside the peers, then whole months beside both floors."""
    python()  # whoever cannot have the peers hears of it before anything is measured
    people = QUICK_PEOPLE if quick else PEOPLE
    a_person_seconds = yield from computing(runs=3 if quick else 5)
    with cluster(is_real=False) as city:
        yield from months(city, people, MONTHS[-2 if quick else 0 :], a_person_seconds * people)


def months(city: Cluster, people: int, billed: Sequence[date], computing_seconds: float) -> Iterator[Result]:
    """Bill months one after the other; the first does not count. ``computing_seconds``: what NumPy takes for it."""
    ledger = "tongban.packs.social_insurance.ledger"
    billing, population = import_module(f"{ledger}.billing"), import_module(f"{ledger}.population")
    begun = perf_counter()
    regions = [code for code in tree().regions if len(code) == 6]  # noqa: PLR2004 - counties
    made = population.make(people, month_of(ON), regions)
    settings: dict[str, Any] = {"people": people, "employers": made.employers, **city.settings}
    yield Result("synthetic people made", "people/s", people / (perf_counter() - begun), 1, settings=settings)
    seconds, copying = [], []
    for on in billed:
        begun = perf_counter()
        done = billing.bill(month_of(on))
        seconds.append(perf_counter() - begun)
        copying.append(copied(city, month_of(on)))
    middle, floor = median(seconds[1:]), median(copying[1:])
    counted = len(seconds) - 1
    yield Result("a month billed and stored", "s", middle, counted, settings=settings)
    yield Result("lines billed and stored", "lines/s", done.people / middle, counted, settings=settings)
    yield Result("the same rows by COPY", "s", floor, counted, settings=settings)
    ratios = [one / (computing_seconds + other) for one, other in zip(seconds[1:], copying[1:], strict=True)]
    yield Result("beside NumPy and COPY", "×", median(ratios), counted, GOAL_TIMES, settings)


def copied(city: Cluster, month: int) -> float:
    """How long it takes to COPY all rows of a month's bills, as text that is there, into empty tables like theirs."""
    with psycopg.connect(city.server.conninfo("tongban")) as admin, admin.cursor() as cursor:
        texts = {}
        for table, condition in STORED.items():
            with cursor.copy(f"copy (select * from insurance_{table} where {condition}) to stdout", [month]) as out:  # noqa: S608 - fixed texts
                texts[table] = b"".join(out)
            cursor.execute(f"create table copied_{table} (like insurance_{table} including all)")
        admin.commit()
        begun = perf_counter()
        for table, text in texts.items():
            with cursor.copy(f"copy copied_{table} from stdin") as copy:
                copy.write(text)
        admin.commit()
        seconds = perf_counter() - begun
        for table in texts:
            cursor.execute(f"drop table copied_{table}")
    return seconds
