"""Lists under permission: pages, filters and counts of a clerk, a crowded office, a county's head and an auditor.

Every call goes through the product's own door, as the application's role, with row-level security on. A figure is the
time below which 95 of 100 calls stay; the office called crowded has 100,000 open cases of its own.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path
from statistics import median, quantiles
from time import perf_counter
from typing import TYPE_CHECKING, Final
from uuid import uuid4

from bench import mix
from bench.cluster import Cluster, cluster
from bench.results import Result
from tongban.platform.roles import APP, AUDITOR

if TYPE_CHECKING:
    from tongban.casework.queries import Filter, Page

SIZES: Final = (1_000_000, 2_363_500)
CROWDED: Final = 100_000
QUICK_SIZE, QUICK_CROWDED = 50_000, 5_000
GOAL_MILLISECONDS: Final = 15
CALLS: Final = 100
"""Calls of one run: enough that 95 of 100 is a figure."""

COUNTY: Final = [mix.office_of(1, bureau) for bureau in range(mix.BUREAUS)]
BUREAU: Final = 5
CLERK: Final = [mix.office_of(1, BUREAU)]

CLAIMANT: Final = "staff:7"
CLAIMED: Final = 200

Call = Callable[[], object]


def run(quick: bool) -> Iterator[Result]:  # noqa: FBT001 - every bench is called alike
    """Each reader's lists at each size; the city grows in between."""
    sizes, crowded, runs = ((QUICK_SIZE,), QUICK_CROWDED, 3) if quick else (SIZES, CROWDED, 5)
    with tempfile.TemporaryDirectory() as folder, cluster(mix.write_pack(Path(folder))) as city:
        stock = import_module("bench.stock")
        there = 0
        for size in sizes:
            more = 0 if there else crowded
            stock.fill(city.digest, size - there - more, seed=size, crowded=more)
            there = size
            claim(stock.CROWDED_OFFICE)
            settle(city)
            for name, call in calls(stock.CROWDED_OFFICE, crowded // 2).items():
                yield measured(name, call, runs, size, {"calls": CALLS, **city.settings})


def settle(city: Cluster) -> None:
    """What PostgreSQL does by itself in a city that did not come in one night."""
    psycopg = import_module("psycopg")
    with psycopg.connect(city.server.conninfo("tongban"), autocommit=True) as admin:
        admin.execute("vacuum analyze")


def claim(crowded_office: str) -> None:
    """Let one clerk of each reader's offices claim what is most urgent there."""
    queries, service = import_module("tongban.casework.queries"), import_module("tongban.casework.service")
    model = import_module("tongban.casework.model")
    for offices in (CLERK, [crowded_office], COUNTY):
        doer = model.Doer(CLAIMANT, "staff", {office: frozenset({"handler"}) for office in offices})
        tasks = queries.tasks(offices, queries.Filter(is_main=True, is_free=True), None, CLAIMED).tasks
        orders = [service.Order(task.number, model.Command(str(uuid4()), "claim"), doer) for task in tasks]
        service.commands(orders)


def calls(crowded_office: str, deep: int) -> dict[str, Call]:
    """What is asked, by name. `deep`: how far down the crowded office's list and the auditor's a later page begins."""
    queries = import_module("tongban.casework.queries")
    watched = {"clerk": CLERK, "crowded office": [crowded_office], "county head": COUNTY}
    found: dict[str, Call] = {}
    for reader, offices in watched.items():
        found |= {f"{reader}, {what}": call for what, call in of_offices(offices).items()}
    after = down(lambda key: queries.tasks([crowded_office], None, key, 1_000), deep)
    found[f"crowded office, page after row {deep:,}"] = lambda: queries.tasks([crowded_office], None, after)
    below = down_cases(queries.open_cases, deep)
    found["auditor, first page"] = queries.open_cases
    found[f"auditor, page after row {deep:,}"] = lambda: queries.open_cases(below)
    return found


def of_offices(offices: list[str]) -> dict[str, Call]:
    """The lists and counts of these offices."""
    queries, desks = import_module("tongban.casework.queries"), import_module("tongban.casework.desks")
    wanted = {
        "first page": queries.Filter(),
        "of a state": queries.Filter(states=("accepted",)),
        "of a service": queries.Filter(service=mix.service_of(BUREAU)),
        "overdue": queries.Filter(light="red"),
        "due soon": queries.Filter(light="yellow"),
        "of one person": queries.Filter(holder=CLAIMANT),
        "opinions asked": queries.Filter(is_main=False),
    }

    def page(of: Filter) -> Call:
        return lambda: queries.tasks(offices, of)

    return {what: page(of) for what, of in wanted.items()} | {
        "counts": lambda: desks.counts(offices, queries.Filter(is_main=True)),
        "waiting for others": lambda: queries.elsewhere(offices),
    }


def down(page: Callable[[str | None], Page], rows: int) -> str | None:
    """The key of the page that begins after so many rows, come to page by page."""
    key: str | None = None
    for _ in range(0, rows, 1_000):
        key = page(key).after
    return key


def down_cases(page: Callable[[str | None, int], tuple[list[str], str | None]], rows: int) -> str | None:
    """The same for a list of cases."""
    key: str | None = None
    for _ in range(0, rows, 1_000):
        key = page(key, 1_000)[1]
    return key


def measured(name: str, call: Call, runs: int, cases: int, settings: dict[str, object]) -> Result:
    """The 95th of 100 calls of each run, the median of the runs; sound only as the roles that the walls hold for."""
    call()
    each = [quantiles([milliseconds(call) for _ in range(CALLS)], n=20) for _ in range(runs)]
    p50, p95 = median(cuts[9] for cuts in each), median(cuts[18] for cuts in each)
    shown = {"figure": "p95", "p50": f"{p50:.2f}", **settings}
    return Result(name, "ms", p95, runs, GOAL_MILLISECONDS, shown, sound=is_walled(), size=(cases, "cases"))


def milliseconds(call: Call) -> float:
    """How long one call takes, from asking to the rows in hand."""
    begun = perf_counter()
    call()
    return (perf_counter() - begun) * 1_000


def is_walled() -> bool:
    """Whether the lists were read by roles for which row-level security holds."""
    query = import_module("tongban.platform.database").query
    statement = "select current_user, row_security_active('casework_task'), row_security_active('casework_case')"
    return all(
        query(statement, [], using) == [(role, True, True)] for using, role in (("default", APP), ("auditor", AUDITOR))
    )
