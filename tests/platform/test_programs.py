"""PostgreSQL's programs where their user cannot enter the virtual environment."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import psycopg
import pytest

from tongban.platform import programs
from tongban.platform.errors import PlatformError
from tongban.platform.postgres import THROW_AWAY, Postgres
from tongban.testing import templates


@pytest.mark.slow
def test_a_server_starts_from_programs_and_data_that_its_user_cannot_reach(tmp_path: Path) -> None:
    # pytest's own folder is closed to others: as root, the server's user can enter neither of the two.
    wheel = programs.wheel_programs().parents[2]
    for part in (f"{programs.WHEEL}/{programs.WHEEL_SERVER}", f"{programs.WHEEL}.libs"):
        shutil.copytree(wheel / part, tmp_path / part, symlinks=True)
    closed = tmp_path / programs.WHEEL / programs.WHEEL_SERVER / "bin"
    server = Postgres(tmp_path / "city" / "postgres", programs=closed, settings=THROW_AWAY)
    with server.running(), psycopg.connect(server.conninfo()) as connection:
        assert connection.execute("select 1").fetchone() == (1,)
    copied = programs.reachable(closed)
    assert (copied == closed) == (os.geteuid() != 0)
    if copied != closed:
        shutil.rmtree(copied.parents[2])
        shutil.rmtree(server.folder.resolve())
    assert tmp_path.stat().st_mode & 0o077 == 0, "a folder that is not ours keeps its permissions"


def test_a_missing_server_is_named_with_the_command_that_brings_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(programs, "WHEEL", "no_such_wheel")
    with pytest.raises(PlatformError, match="no-postgres") as refusal:
        programs.wheel_programs()
    assert "pip install" in refusal.value.do["en"]


def test_the_tests_run_on_the_server_that_was_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TONGBAN_TEST_POSTGRES", "system")
    assert (templates.programs() / "initdb").is_file()
    assert templates.programs() != programs.wheel_programs()
