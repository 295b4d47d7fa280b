"""The database's part of a backup: one consistent copy by `pg_dump` while it serves, and back by `pg_restore`.

Both work as the owner of the tables. What comes back has the same owner, rights and row-level security; the rights that
PostgreSQL gives to new tables by default are taken away first, or the application could change what it may only read.
"""

from __future__ import annotations

import os
import signal
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from tongban.platform.database import DATABASE, embedded
from tongban.platform.errors import PlatformError
from tongban.platform.places import Places
from tongban.platform.programs import dump_programs
from tongban.platform.roles import APP, AUDITOR, OWNER

TABLES = "select relname from pg_class where relkind in ('r', 'p') and relnamespace = 'public'::regnamespace order by 1"


@dataclass(frozen=True)
class Snapshot:
    """One moment of the database: `connection` reads as the owner what stood then; `name` lets `pg_dump` do so too."""

    url: str
    name: str
    connection: psycopg.Connection[Any]

    def counts(self) -> dict[str, int]:
        """The rows of every table."""
        return counts(self.connection)

    def dump(self, file: Path) -> None:
        """Write the database as it stood. Raises PlatformError `backup-failed`."""
        arguments = ["--format=custom", "--no-owner", f"--role={OWNER}", f"--snapshot={self.name}", f"--file={file}"]
        done = _run(self.connection, "pg_dump", self.url, arguments)
        if done.returncode:
            raise PlatformError(
                "backup-failed",
                zh=f"pg_dump 没有写成：{_said(done)}",
                en=f"pg_dump did not write the database: {_said(done)}",
                do_zh=f"看 {file.parent.parent} 是否写得进、是否已满；没有留下半份备份。",
                do_en=f"Is {file.parent.parent} full, may it be written? No half backup is left behind.",
            )


@contextmanager
def snapshot(places: Places) -> Iterator[Snapshot]:
    """The running database of ``places`` as it stands at this moment, for as long as anybody is inside."""
    url = url_of(places)
    with psycopg.connect(url) as connection:
        connection.execute(sql.SQL("set role {}").format(sql.Identifier(OWNER)))
        connection.commit()
        connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        connection.read_only = True
        row = connection.execute("select pg_export_snapshot()").fetchone()
        yield Snapshot(url, str(row[0] if row else ""), connection)


def counts(connection: psycopg.Connection[Any]) -> dict[str, int]:
    """The rows of every table that the connection sees."""
    found = {}
    for (name,) in connection.execute(TABLES).fetchall():
        row = connection.execute(sql.SQL("select count(*) from {}").format(sql.Identifier(name))).fetchone()
        found[name] = int(row[0]) if row else 0
    return found


def is_empty(places: Places) -> bool:
    """Whether the running database of ``places`` has no table of anybody."""
    statement = "select exists (select from pg_tables where schemaname not in ('pg_catalog', 'information_schema'))"
    with psycopg.connect(url_of(places)) as connection:
        return connection.execute(statement).fetchone() == (False,)


def load(places: Places, file: Path) -> None:
    """Fill the empty database of ``places`` from a dump, with all of it or nothing.

    Raises PlatformError `restore-failed`.
    """
    url = url_of(places)
    with psycopg.connect(url, autocommit=True) as admin, tempfile.NamedTemporaryFile("w", suffix=".list") as chosen:
        listed = _run(admin, "pg_restore", None, ["--list", str(file)])
        # The rights on the schema itself belong to whoever owns the database, and `prepare` has given them already.
        chosen.write("".join(line for line in listed.stdout.splitlines(keepends=True) if " ACL - SCHEMA " not in line))
        chosen.flush()
        for kind in ("tables", "sequences"):
            revoke = "alter default privileges for role {} in schema public revoke all on {} from {}, {}"
            owner, app, auditor = map(sql.Identifier, (OWNER, APP, AUDITOR))
            admin.execute(sql.SQL(revoke).format(owner, sql.SQL(kind), app, auditor))
        arguments = ["--no-owner", f"--role={OWNER}", "--single-transaction", "--exit-on-error",
                     f"--use-list={chosen.name}", str(file)]  # fmt: skip
        done = listed if listed.returncode else _run(admin, "pg_restore", url, arguments)
    if done.returncode:
        raise PlatformError(
            "restore-failed",
            zh=f"pg_restore 没有恢复成：{_said(done)}",
            en=f"pg_restore did not restore the database: {_said(done)}",
            do_zh="数据库还是空的。看磁盘是否已满，再试一次。",
            do_en="The database is still empty. Is the disk full? Then try again.",
        )


def url_of(places: Places) -> str:
    """Where whoever administers the city's database connects to."""
    return places.database_url or embedded(places).conninfo(DATABASE)


def _run(
    connection: psycopg.Connection[Any], program: str, url: str | None, arguments: Sequence[str]
) -> subprocess.CompletedProcess[str]:
    """Run one of PostgreSQL's programs, of a version that fits the server; a password never stands in its command."""
    environment = {**os.environ, "LC_ALL": "C.UTF-8"}
    command = [str(dump_programs(connection.info.server_version // 10_000) / program), *arguments]
    if url is not None:
        given = conninfo_to_dict(url)
        if password := given.pop("password", None):
            environment["PGPASSWORD"] = str(password)
        command.append(f"--dbname={make_conninfo('', **given)}")
    return subprocess.run(  # noqa: S603
        command, env=environment, capture_output=True, text=True, check=False, umask=0o077
    )


def _said(done: subprocess.CompletedProcess[str]) -> str:
    """The last thing a program said, or which signal ended it."""
    if done.returncode < 0:
        return signal.Signals(-done.returncode).name
    return (done.stderr.strip().splitlines() or [f"exit {done.returncode}"])[-1]
