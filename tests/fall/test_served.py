"""A served city whose database goes away, is cut in mid-commit or busy, or whose clock goes back.

Every door says so in its own way, 503 and when to try again; what is tried again is done once; and the city is back by
itself, without a hand on the process that serves it.
"""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any, Final
from uuid import uuid4

import psycopg
import pytest
from psycopg.conninfo import make_conninfo
from pytest_django.plugin import DjangoDbBlocker
from tests.examples import PROVES
from tests.fall.served import AWAY, NOTE, THREADS, UNAVAILABLE, Served, assert_all_is_well, is_told, served
from tests.fall.wire import Cut, Wire, wire_to
from tests.supervision.killed_city import killed_city

from tongban.casework import store
from tongban.platform import database
from tongban.platform.postgres import SERVING, Postgres
from tongban.platform.roles import SUPERUSER
from tongban.testing.fixtures import SHARED

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]

CONNECTIONS: Final = 30
GONE_SECONDS: Final = 60 if PROVES else 3
COMMITS: Final = b"casework_apply_one"
"""The statement that writes a lone command, a transaction of its own."""
EVERYBODY_OUT: Final = (
    "select pg_terminate_backend(pid) from pg_stat_activity"
    " where pid <> pg_backend_pid() and backend_type = 'client backend'"
)


@pytest.fixture(scope="module")
def wired(
    postgres: Postgres, django_db_setup: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[tuple[Served, Wire]]:
    """A city whose process reaches its database, one of the operator's own, over a wire."""
    few = SERVING | {"max_connections": str(CONNECTIONS)}
    with django_db_blocker.unblock():
        with killed_city(settings=few) as city, wire_to(city.server.socket) as wire:
            url = make_conninfo(host=str(wire.folder), user=SUPERUSER, dbname=database.DATABASE)
            city.environment["DATABASE_URL"] = url
            with served(city) as ready:
                yield ready, wire
        database.point_to(postgres, SHARED)


@pytest.fixture
def here(wired: tuple[Served, Wire]) -> Served:
    """The city alone."""
    return wired[0]


def test_a_database_that_is_gone_is_told_at_every_door_and_the_city_is_back_by_itself(here: Served) -> None:
    command = uuid4()
    assert here.get("/").is_success
    database.close_connections()
    here.city.kill_database()
    deadline = time.monotonic() + GONE_SECONDS  # the first answers come from threads whose connection broke under them
    while time.monotonic() < deadline:
        assert is_told(here.clerk.send("note", command, texts=NOTE))
        for language in AWAY:
            for path in ("/", "/login", "/bundles/", "/nowhere"):
                assert is_told(here.get(path, language=language))
            assert is_told(here.get("/desk/", language=language, known=True))
        assert is_told(here.get("/api/v1/me", known=True))
        assert is_told(here.get("/api/v1/bundles"))
        assert here.get("/healthz").is_success
        assert here.get("/readyz").status_code == UNAVAILABLE
        assert here.get("/metrics").is_success
    here.city.start()
    assert_all_is_well(here, command)


def test_a_database_that_takes_calls_and_never_answers_is_away_too(here: Served) -> None:
    with here.city.look() as host:
        host.execute(EVERYBODY_OUT)
    command = uuid4()
    postmaster = int((here.city.server.data / "postmaster.pid").read_text(encoding="utf-8").split()[0])
    database.close_connections()
    os.kill(postmaster, signal.SIGSTOP)
    try:
        assert is_told(here.clerk.send("note", command, texts=NOTE))
        assert is_told(here.get("/login"))
    finally:
        os.kill(postmaster, signal.SIGCONT)
    assert_all_is_well(here, command)


@pytest.mark.parametrize("cut", ["before", "after"])
def test_a_connection_cut_in_mid_commit_is_told_and_the_same_again_does_it_once(
    wired: tuple[Served, Wire], cut: Cut
) -> None:
    here, wire = wired
    command = uuid4()
    with here.city.look() as host:
        host.execute(EVERYBODY_OUT)  # a new connection has prepared nothing: what it writes can be read on the wire
    database.close_connections()
    wire.cut(cut, COMMITS)
    assert is_told(here.clerk.send("note", command, texts=NOTE))
    assert not wire.is_cut_ahead
    assert here.times(command) == (cut == "after")
    assert_all_is_well(here, command)


def test_more_requests_than_connections_are_told_or_answered_and_all_is_well_after(here: Served) -> None:
    command = uuid4()
    crowd: list[psycopg.Connection[tuple[Any, ...]]] = []
    with here.city.look() as host, ThreadPoolExecutor(THREADS) as clients:
        database.close_connections()
        host.execute(EVERYBODY_OUT)
        with suppress(psycopg.OperationalError):
            while True:
                crowd.append(here.city.look())
        assert is_told(here.clerk.send("note", command, texts=NOTE))
        assert is_told(here.get("/", known=True))
        for one in crowd[: THREADS // 2]:
            one.close()
        answers = list(clients.map(lambda _: here.get("/api/v1/me", known=True), range(4 * THREADS)))
        assert {answer.is_success or is_told(answer) for answer in answers} == {True}
        assert any(answer.is_success for answer in answers)
        for one in crowd:
            one.close()
    assert_all_is_well(here, command)


def test_a_clock_set_back_an_hour_turns_no_order_around_and_lets_nobody_wait(here: Served) -> None:
    first, second = uuid4(), uuid4()
    assert_all_is_well(here, first)
    with here.city.look() as hand:
        hand.execute("update platform_city set time_offset = time_offset - interval '1 hour'")
        try:
            assert_all_is_well(here, second)
        finally:
            hand.execute("update platform_city set time_offset = time_offset + interval '1 hour'")
    moments = [(event.recorded_at, event.command) for event in store.events_of([here.clerk.case])[here.clerk.case]]
    assert [command for _, command in moments[-2:]] == [str(first), str(second)]
    assert [moment for moment, _ in moments] == sorted(moment for moment, _ in moments)
