"""A disk that is full: what fits no more is told and stands nowhere; once there is room, all goes on by itself."""

from __future__ import annotations

import os
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Final
from uuid import uuid4

import httpx
import psycopg
import pytest
from pytest_django.plugin import DjangoDbBlocker
from tests.fall.served import Served, assert_all_is_well, is_told, served
from tests.supervision.killed_city import killed_city

from tongban.platform import database
from tongban.platform.places import SYSTEM_HOME
from tongban.platform.postgres import Postgres
from tongban.testing.fixtures import SHARED

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]

DISK: Final = "400m"
LONG: Final = {"note": "看" * 1_000}
MOST_NOTES: Final = 2_000
BACK_SECONDS: Final = 120


@pytest.fixture
def disk() -> Iterator[Path]:
    """A small disk of its own."""
    if os.geteuid() != 0:
        pytest.skip("only root mounts a disk")
    folder = Path(tempfile.mkdtemp(prefix="tongban-full-", dir=SYSTEM_HOME))
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={DISK},mode=711", "tmpfs", folder], check=False)  # noqa: S603, S607
    if mounted.returncode:
        folder.rmdir()
        pytest.skip("this computer lets nobody mount a disk")
    yield folder
    subprocess.run(["umount", "--lazy", folder], check=True)  # noqa: S603, S607
    folder.rmdir()


@pytest.fixture
def here(disk: Path, postgres: Postgres, django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Served]:
    """A city with its own PostgreSQL on that disk."""
    with django_db_blocker.unblock():
        with killed_city(parent=disk) as city, served(city) as ready:
            yield ready
        database.point_to(postgres, SHARED)


def fill(disk: Path) -> Path:
    """A file that leaves no room."""
    file = disk / "filler"
    with file.open("wb", buffering=0) as filler, suppress(OSError):
        while True:
            filler.write(bytes(1 << 16))
    return file


def test_a_full_disk_is_told_and_once_there_is_room_all_goes_on(here: Served, disk: Path) -> None:
    filler, command = fill(disk), uuid4()
    for _ in range(MOST_NOTES):
        answer = here.clerk.send("note", command := uuid4(), texts=LONG)
        if answer is None or not answer.is_success:
            break
    assert is_told(answer)
    assert here.times(command) == 0
    with suppress(psycopg.OperationalError), here.city.look() as hand:
        while True:
            hand.execute("select pg_switch_wal()")  # what the log of writes does at its next 16 MB: the server ends
            hand.execute("select pg_logical_emit_message(false, 'full', repeat('x', 100000))")
    assert is_told(here.get("/"))
    filler.unlink()
    database.close_connections()
    deadline = time.monotonic() + BACK_SECONDS
    while time.monotonic() < deadline and not ready(here):
        time.sleep(0.1)
    assert_all_is_well(here, command)


def ready(here: Served) -> bool:
    with suppress(httpx.TransportError):
        return here.get("/readyz").is_success
    return False
