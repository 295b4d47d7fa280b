"""A worker whose database is killed: PostgreSQL is started again, the worker begins anew, and no job is left behind."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

import pytest
from procrastinate.exceptions import AlreadyEnqueued, ConnectorException
from procrastinate.psycopg_connector import PsycopgConnector
from psycopg_pool import AsyncConnectionPool
from pytest_django.plugin import DjangoDbBlocker
from tests.fall.served import BIRTH
from tests.portal import matters
from tests.supervision.killed_city import KilledCity, killed_city

from tongban.platform import database
from tongban.platform.postgres import Postgres
from tongban.supervision import jobs
from tongban.supervision.working import work
from tongban.testing import templates
from tongban.testing.fixtures import SHARED

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]


@pytest.fixture
def city(postgres: Postgres, django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[KilledCity]:
    """A city that nobody serves."""
    with django_db_blocker.unblock():
        with killed_city() as killable:
            yield killable
        database.point_to(postgres, SHARED)


@contextmanager
def working(city: KilledCity) -> Iterator[subprocess.Popen[bytes]]:
    """`tongban worker` as a process of its own."""
    environment = os.environ | {"TONGBAN_HOME": str(city.home), "TONGBAN_KEYS": str(templates.keys())}
    environment.pop("DJANGO_SETTINGS_MODULE", None)
    command = [sys.executable, "-m", "tongban", "worker"]
    process = subprocess.Popen(command, env=environment, start_new_session=True)  # noqa: S603 - our own
    try:
        yield process
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def until(true: Callable[[], bool]) -> None:
    """Wait; the test's own time-out ends it. While the database is away, nothing is true."""
    while True:
        with suppress(*database.AWAY, ConnectorException):
            if true():
                return
        database.close_connections()
        time.sleep(0.1)


def sealed(city: KilledCity, count: int) -> bool:
    """Whether so many seals were made; asks for one more."""
    with suppress(AlreadyEnqueued):
        jobs.seal.configure().defer(timestamp=0)
    file = city.home / "seals" / "seals.jsonl"
    return file.is_file() and len(file.read_bytes().splitlines()) >= count


def accepted(case: str) -> bool:
    matters.act("clerk-maternity", case, "accept")
    return True


def test_a_worker_whose_database_is_killed_works_on_without_a_hand(city: KilledCity) -> None:
    case = matters.part(matters.sent(), BIRTH)
    with working(city) as process:
        until(lambda: sealed(city, 1))
        database.close_connections()
        city.kill_database()
        until(lambda: accepted(case))
        until(lambda: sealed(city, 2))
        assert process.poll() is None
        process.send_signal(signal.SIGTERM)
        assert process.wait(60) == 0


def test_whoever_stops_a_worker_while_it_begins_is_heard(city: KilledCity, monkeypatch: pytest.MonkeyPatch) -> None:
    opens = PsycopgConnector.open_async

    async def stopped(self: PsycopgConnector, pool: AsyncConnectionPool | None = None) -> None:
        os.kill(os.getpid(), signal.SIGINT)
        await opens(self, pool)

    monkeypatch.setattr(PsycopgConnector, "open_async", stopped)
    asyncio.run(asyncio.wait_for(work(concurrency=1), 120))
