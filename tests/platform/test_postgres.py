"""The starter: whoever comes first starts the server, whoever leaves last stops it, and no crash stands in its way."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import psycopg
import pytest

from tongban.platform.errors import PlatformError
from tongban.platform.postgres import SERVING, THROW_AWAY, Postgres, lives_in, socket_folder
from tongban.testing import templates

pytestmark = pytest.mark.slow


@pytest.fixture
def folder() -> Iterator[Path]:
    """A place that the server's user can reach, also when we are root; pytest's own folders are closed to it."""
    made = templates.new_folder(templates.cache())
    yield made
    shutil.rmtree(made)


@pytest.fixture
def server(folder: Path) -> Postgres:
    return Postgres(folder / "postgres", programs=templates.programs(), settings=THROW_AWAY)


def postmaster(server: Postgres) -> int:
    return int((server.data / "postmaster.pid").read_text().split()[0])


def test_what_was_committed_is_there_after_the_server_was_killed(server: Postgres) -> None:
    server.settings = SERVING  # a server that may lose its last second could not promise this
    with server.running():
        with psycopg.connect(server.conninfo()) as before:
            before.execute("create table kept (n int)")
            before.execute("insert into kept values (7)")
        os.kill(postmaster(server), signal.SIGKILL)
        with server.running(), psycopg.connect(server.conninfo()) as after:
            assert after.execute("select n from kept").fetchone() == (7,)
    assert not lives_in(server.data)


def test_a_server_that_is_killed_while_it_is_watched_is_back_without_a_hand(server: Postgres) -> None:
    with server.running(), server.watched():
        for _ in range(2):
            killed = postmaster(server)
            os.kill(killed, signal.SIGKILL)
            while not is_back(server, killed):
                time.sleep(0.05)
    assert not lives_in(server.data)


def is_back(server: Postgres, killed: int) -> bool:
    """Whether another server than the one that was killed answers; the test's own time-out ends the wait."""
    with suppress(psycopg.OperationalError, FileNotFoundError, IndexError), psycopg.connect(server.conninfo()):
        return postmaster(server) != killed
    return False


def test_a_lock_file_whose_number_belongs_to_another_program_does_not_stop_the_start(server: Postgres) -> None:
    with server.running():
        lines = (server.data / "postmaster.pid").read_text().splitlines()
    lines[0] = str(os.getpid())
    (server.data / "postmaster.pid").write_text("\n".join(lines))
    with server.running(), psycopg.connect(server.conninfo()) as connection:
        assert connection.execute("select 1").fetchone() == (1,)


def test_the_last_user_stops_the_server(server: Postgres) -> None:
    with server.running():
        with server.running():
            first = postmaster(server)
        assert postmaster(server) == first
        assert lives_in(server.data)
    assert not lives_in(server.data)


def test_a_killed_user_counts_no_longer(server: Postgres) -> None:
    program = (
        "import pathlib, time; from tongban.platform.postgres import Postgres\n"
        f"server = Postgres(pathlib.Path({str(server.folder)!r}), programs=pathlib.Path({str(server.programs)!r}))\n"
        "with server.running(): print('in', flush=True); time.sleep(600)"
    )
    with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE) as user:  # noqa: S603
        assert user.stdout
        assert user.stdout.readline() == b"in\n"
        user.kill()
    assert lives_in(server.data)
    with server.running():
        pass
    assert not lives_in(server.data)


def test_a_half_made_data_folder_is_made_anew(server: Postgres) -> None:
    with server.running():
        pass
    server.data.rename(server.data.with_name("data.new"))
    (server.data.with_name("data.new") / "PG_VERSION").unlink()
    with server.running():
        assert lives_in(server.data)


def test_the_server_listens_to_nobody_outside_and_lets_in_no_other_role(server: Postgres) -> None:
    with server.running(), psycopg.connect(server.conninfo()) as connection:
        assert connection.execute("show listen_addresses").fetchone() == ("",)
        connection.execute("create role stranger login")
        connection.commit()
        with pytest.raises(psycopg.OperationalError, match=r"[Pp]eer authentication failed"):
            psycopg.connect(server.conninfo(role="stranger"))
    assert server.socket.stat().st_mode & 0o077 == 0


def test_a_long_path_gets_a_short_socket_of_its_own(folder: Path) -> None:
    deep = folder.joinpath(*["a-rather-long-name"] * 6)
    for made in reversed([deep, *deep.parents]):
        if not made.exists():
            made.mkdir()
            made.chmod(0o711)
    server = Postgres(deep / "postgres", programs=templates.programs(), settings=THROW_AWAY)
    assert server.socket == socket_folder(deep / "postgres")
    assert len(str(server.socket)) < 80
    with server.running(), psycopg.connect(server.conninfo()) as connection:
        assert connection.execute("select 1").fetchone() == (1,)
    shutil.rmtree(server.socket)


def test_a_server_that_cannot_start_says_why(server: Postgres) -> None:
    server.settings = {"max_connections": "none"}
    with pytest.raises(PlatformError) as failure, server.running():
        pass
    assert failure.value.code == "postgres-not-started"
    assert "max_connections" in failure.value.message["en"]
    assert "max_connections" in failure.value.message["zh"]


def test_a_failed_statement_leaves_no_value_in_the_log(server: Postgres) -> None:
    with server.running(), psycopg.connect(server.conninfo(), autocommit=True) as connection:
        connection.execute("create table people (id_number text unique)")
        for error in (psycopg.errors.UniqueViolation, psycopg.errors.UndefinedTable):
            with pytest.raises(error):
                connection.execute("insert into people select '430200199001010016' from generate_series(1, 2)")
            connection.execute("drop table if exists people")
    assert "ERROR" in server.log.read_text()
    assert "430200199001010016" not in server.log.read_text()
