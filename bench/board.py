"""The board over all the city's cases: how long it takes to look, to fold a busy minute, and to count anew.

Looked at through the product's own door, folding included; a figure is the time below which 95 of 100 looks stay.
Between looks nothing happens; a busy minute is folded apart. A part of the cases comes in as finished histories; each
is then told again of other counties and numbers, with the rows that boards read, and `MORE` events that move nothing.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from statistics import median, quantiles
from typing import Final

from bench import mix
from bench.cluster import Cluster, cluster
from bench.lists import milliseconds, settle
from bench.results import Result

SIZE: Final = 2_363_500
QUICK_SIZE: Final = 20_000
TOLD: Final = 25
"""How often each history is told, itself included."""
QUICK_TOLD: Final = 4
MORE: Final = 4
"""With these a case has between eight and nine events, as the city's have."""
MINUTE: Final = 6_000
"""Cases that a busy minute touches: a hundred a second."""
QUICK_MINUTE: Final = 500
GOAL_MILLISECONDS: Final = 300
GOAL_FOLD_SECONDS: Final = 10
GOAL_RECOUNT_SECONDS: Final = 300
LOOKS: Final = 20

YEAR: Final = 1_000_000
"""A year's applications, as ids go; of cases a million times as many."""
TELL: Final = (
    """insert into casework_application
       select id - {ago}, uuidv7(), bundle, bundle_hash, publication, applicant, mode, submitted_at, promised
       from casework_application where id / {year} = {now}""",
    """insert into casework_case
       select id - {ago} * 1000000::bigint, version, head,
              format('%s%s%s', left(office, 5),
                     lpad(((substr(office, 6, 2)::int + {on}) % {counties})::text, 2, '0'), substr(office, 8)),
              region, due, open, state
       from casework_case where id / 1000000 / {year} = {now}""",
    """insert into casework_clock (case_id, name, allowed, yellow_at, due_at, next_at, crossed, silence)
       select case_id - {ago} * 1000000::bigint, name, allowed, yellow_at, due_at, next_at, crossed, silence
       from casework_clock where case_id / 1000000 / {year} = {now}""",
    """insert into casework_event
       select case_id - {ago} * 1000000::bigint, n, uuidv7(), k, body
       from casework_event where case_id / 1000000 / {year} = {now}""",
)
NOTES: Final = """insert into casework_event
    select c.id, c.version + n, uuidv7(), 0, e.body
    from casework_case c, generate_series(1, {more}) n,
         lateral (select json_build_object(
             'actor', 'staff:1', 'calendar', repeat('0', 32), 'data', json_build_object('note', repeat('0', 32)),
             'definition', repeat('0', 32), 'kind', 'noted', 'recorded_at', '2026-01-01T09:00:00+08:00') as body) e"""


def run(quick: bool) -> Iterator[Result]:  # noqa: FBT001 - every bench is called alike
    """Counting anew, looking, and folding what a minute brought."""
    size, told, minute, runs = (QUICK_SIZE, QUICK_TOLD, QUICK_MINUTE, 3) if quick else (SIZE, TOLD, MINUTE, 5)
    with tempfile.TemporaryDirectory() as folder, cluster(mix.write_pack(Path(folder))) as city:
        stock, tallies = import_module("bench.stock"), import_module("tongban.casework.tallies")
        boards, time = import_module("tongban.supervision.boards"), import_module("tongban.platform.time")
        catalog = import_module("tongban.publication.service").current()
        stock.fill(city.digest, size // told, seed=size)
        cases, events = tell(city, told)
        settle(city)
        lines, settings = (cases, "cases"), {"events": f"{events:,}", "histories told": told, **city.settings}
        seconds = milliseconds(tallies.recount) / 1_000
        yield Result("counting anew", "s", seconds, 1, GOAL_RECOUNT_SECONDS, settings, size=lines)
        settle(city)

        def look() -> object:
            return boards.board(catalog, time.now())

        look()
        each = [quantiles([milliseconds(look) for _ in range(LOOKS)], n=20)[18] for _ in range(runs)]
        shown = {"figure": "p95", **settings}
        yield Result("a look at the board", "ms", median(each), runs, GOAL_MILLISECONDS, shown, size=lines)
        stock.fill(city.digest, minute, seed=size + 1)
        seconds = milliseconds(tallies.fold) / 1_000
        shown = {"new cases": f"{minute:,}", **settings}
        yield Result("folding a busy minute", "s", seconds, 1, GOAL_FOLD_SECONDS, shown, size=lines)


def tell(city: Cluster, times: int) -> tuple[int, int]:
    """Tell each case that is there so many times in all; how many cases and events there are then."""
    psycopg, time = import_module("psycopg"), import_module("tongban.platform.time")
    with psycopg.connect(city.server.conninfo("tongban"), autocommit=True) as admin:
        for nth in range(1, times):
            words = {"ago": nth * YEAR, "year": YEAR, "now": time.now().year % 100, "on": nth, "counties": mix.COUNTIES}
            for statement in TELL:
                admin.execute(statement.format(**words))
        admin.execute(NOTES.format(more=MORE))
        found = admin.execute("select (select count(*) from casework_case), (select count(*) from casework_event)")
        cases, events = found.fetchone()
    return cases, events
