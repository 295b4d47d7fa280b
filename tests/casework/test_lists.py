"""Lists whatever their length: every line once though lines come and go, counts that stop, and work that is bounded."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import timedelta
from itertools import islice
from random import Random

import pytest
from django.db import transaction
from tests.casework.world import MONDAY
from tests.examples import examples

from tongban.casework import desks, queries
from tongban.casework.numbers import case_number_of, id_of
from tongban.casework.queries import Filter
from tongban.platform import time
from tongban.platform.database import query
from tongban.testing.fixtures import City

OFFICES = ("here/a", "here/b", "here/c")
CROWDED = 3_000

Line = tuple[str, str]
"""The number of a task's case, and the task's id."""


@pytest.fixture
def lists(city: City) -> City:
    """A city whose time stands still."""
    time.set_time(MONDAY, frozen=True)
    return city


def put(city: City, random: Random, count: int, first: int = 1) -> list[Line]:
    """Tasks at random offices, many of them due at one moment; some have no limit."""
    rows = []
    for number in range(first, first + count):
        case_id = (26_000_000 + number) * 1_000_000 + 1
        due = random.choice([MONDAY + timedelta(days=random.randrange(-2, 3)), "infinity"])
        task = random.choice(["main", "opinion:here/a"])
        rows.append((case_id, task, random.choice(OFFICES), random.choice([None, "staff:1"]), due, due))
    with city.superuser() as connection, connection.cursor() as cursor:
        cursor.executemany(
            "insert into casework_task (case_id, id, office, holder, service, state, yellow_at, due_at)"
            " values (%s, %s, %s, %s, 'here/service', 'submitted', %s::timestamptz - interval '1 day', %s)",
            rows,
        )
    return [(case_number_of(case_id), task) for case_id, task, *_ in rows]


def remove(city: City, line: Line | None) -> None:
    """Take a task away; None: all."""
    case_id = id_of(line[0]) if line and line[0] else 0
    statement = "delete from casework_task where %s or (case_id, id) = (%s, %s)"
    with city.superuser() as connection:
        connection.execute(statement, [line is None, case_id, line[1] if line else ""])


def walked(offices: list[str], wanted: Filter, most: int, between: Callable[[], None]) -> Iterator[queries.TaskRow]:
    """A list read page by page; something happens between two pages."""
    after: str | None = None
    while True:
        page = queries.tasks(offices, wanted, after, most)
        yield from page.tasks
        after = page.after
        if after is None:
            return
        between()


@pytest.mark.parametrize("wanted", [Filter(), Filter(holder="staff:1")])
def test_whatever_comes_and_goes_between_pages_each_line_that_stays_is_read_once_in_order(
    lists: City, wanted: Filter
) -> None:
    for seed in range(examples(3)):
        random = Random(seed)  # noqa: S311 -- repeatable, not secret
        remove(lists, None)
        leaving = random.sample(put(lists, random, 25), 5)
        stays = {(task.number, task.id) for task in queries.tasks(list(OFFICES), wanted, None, 100).tasks} - {*leaving}
        arrivals = iter(range(100, 1_000, 3))

        def between(random: Random = random, leaving: list[Line] = leaving, arrivals: Iterator[int] = arrivals) -> None:
            for number in islice(arrivals, 1):  # there is an end to them, or reading line by line would have none
                put(lists, random, 2, number)
            remove(lists, leaving.pop() if leaving else ("", ""))

        found = list(walked(list(OFFICES), wanted, random.randrange(1, 8), between))
        lines = [(task.number, task.id) for task in found]
        assert len(set(lines)) == len(lines), seed
        assert stays <= set(lines), seed
        keys = [(task.due_at is None, task.due_at or MONDAY, id_of(task.number), task.id) for task in found]
        assert keys == sorted(keys), seed


def test_each_filter_shows_what_one_sees_in_the_whole_list(lists: City) -> None:
    put(lists, Random(1), 60)  # noqa: S311 -- repeatable, not secret
    offices = list(OFFICES)
    everything = queries.tasks(offices, None, None, 100).tasks
    for wanted, keeps in (
        (Filter(light="red"), lambda task: task.light == "red"),
        (Filter(light="green"), lambda task: task.light == "green"),
        (Filter(holder="staff:1"), lambda task: task.holder == "staff:1"),
        (Filter(is_free=True), lambda task: task.holder is None),
        (Filter(is_main=True), lambda task: task.id == "main"),
        (Filter(is_main=False), lambda task: task.id != "main"),
        (Filter(holder="staff:1", is_main=True), lambda task: (task.holder, task.id) == ("staff:1", "main")),
    ):
        expected = tuple(filter(keeps, everything))
        assert 0 < len(expected) < len(everything)
        assert queries.tasks(offices, wanted, None, 100).tasks == expected
        assert sum(count.tasks for count in desks.counts(offices, wanted)) == len(expected)
    assert queries.tasks(["here/d"], Filter(holder="staff:1")).tasks == ()


def test_a_list_is_counted_to_a_thousand_and_then_said_to_have_more(
    lists: City, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(lists, Random(2), 30)  # noqa: S311 -- as above
    every = sum(count.tasks for count in desks.counts(list(OFFICES)))
    assert every == 30
    for most, counted in ((29, 30), (30, 30), (7, 8)):
        monkeypatch.setattr(desks, "MOST_COUNTED", most)
        assert sum(count.tasks for count in desks.counts(list(OFFICES))) == counted
    red = sum(count.tasks for count in desks.counts(list(OFFICES)) if count.light == "red")
    assert red == min(8, len(queries.tasks(list(OFFICES), Filter(light="red")).tasks))


@pytest.fixture
def crowded(lists: City) -> City:
    """One office with thousands of tasks among a thousand offices with a few; nearly all cases are closed."""
    with lists.superuser() as connection:
        connection.execute(
            "insert into casework_task (case_id, id, office, supervisor, holder, service, state, yellow_at, due_at)"
            " select (26000000 + i) * 1000000::bigint + 1, 'main',"
            " case when i > %(n)s then 'here/o' || i %% 997 else 'here/a' end, 'here/head',"
            " case when i %% 100 = 0 then 'staff:1' end, 'here/s' || i %% 50, 'submitted', moment, moment"
            " from generate_series(1, %(n)s + 5000) i,"
            " lateral (select %(now)s + (i %% 60 - 20) * interval '1 day' as moment) m",
            {"n": CROWDED, "now": MONDAY},
        )
        connection.execute(
            "insert into casework_case (id, version, head, office, region, due, open, state)"
            " select (26000000 + i) * 1000000::bigint + 1, 1, '', 'here/a', '430211', %(now)s + i * interval '1 hour',"
            " i %% 2 = 0, case when i %% 4 = 0 then jsonb '{}' else"
            """ jsonb '{"tasks": [{"name": "main", "office": "here/a"}]}' end"""
            " from generate_series(1, %(n)s) i",
            {"n": CROWDED, "now": MONDAY},
        )
        connection.execute("vacuum analyze casework_task, casework_case")
    return lists


def rows_read(ask: Callable[[], object], using: str = "default") -> int:
    """How many rows of the lists' tables, or entries of their indexes, the database fetches for this."""
    counted = (
        "select sum(seq_tup_read + coalesce(idx_tup_fetch, 0))::int from pg_stat_xact_user_tables"
        " where relname in ('casework_task', 'casework_case')"
    )
    ask()
    with transaction.atomic(using):
        before = query(counted, [], using)[0][0]
        ask()
        return int(query(counted, [], using)[0][0] - before)


def test_no_list_reads_more_than_it_shows(crowded: City) -> None:
    here, far = ["here/a"], queries.tasks(["here/a"], None, None, CROWDED - 500).after
    page = 51
    for ask in (
        lambda: queries.tasks(here),
        lambda: queries.tasks(here, None, far),
        lambda: queries.tasks(here, Filter(light="red")),
        lambda: queries.tasks(here, Filter(light="green")),
        lambda: queries.tasks(here, Filter(service="here/s7")),
        lambda: queries.tasks(here, Filter(service="here/none")),
        lambda: queries.tasks(here, Filter(is_main=False)),
        lambda: queries.watched(["here/head"]),
        lambda: queries.elsewhere(here),
    ):
        assert rows_read(ask) <= page
    assert rows_read(queries.open_cases, "auditor") <= page
    assert rows_read(lambda: queries.tasks(here, Filter(holder="staff:1"))) <= (CROWDED + 5_000) / 100
    assert rows_read(lambda: desks.counts(here)) <= desks.MOST_COUNTED + 1
    offices = [f"here/o{n}" for n in range(40)]
    assert rows_read(lambda: queries.tasks(offices)) <= 40 * 6


def test_what_waits_elsewhere_is_what_has_no_task_here_or_one_at_another_office(lists: City) -> None:
    here, there = {"name": "main", "office": "here/a"}, {"name": "opinion", "office": "here/b"}
    kept = [([here], True), ([], True), ([here, there], True), ([there], True), ([here], False), ([], False)]
    with lists.superuser() as connection:
        for number, (tasks, is_open) in enumerate(kept, 1):
            connection.execute(
                "insert into casework_case (id, version, head, office, region, due, open, state)"
                " values (%s, 1, '', 'here/a', '430211', null, %s, jsonb_build_object('tasks', %s::jsonb))",
                [(26_000_000 + number) * 1_000_000 + 1, is_open, json.dumps(tasks)],
            )
    first, after = queries.elsewhere(["here/a"], most=2)
    rest, last = queries.elsewhere(["here/a"], after, most=2)
    assert [int(number[8:14]) for number in [*first, *rest]] == [2, 3, 4]
    assert last is None
    assert queries.elsewhere(["here/b"]) == ([], None)
    assert [int(number[8:14]) for number in queries.open_cases()[0]] == [1, 2, 3, 4]
