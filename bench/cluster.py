"""A city of a bench's own in this process: its database with PostgreSQL's own durability, founded and published."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg

from tongban.cli.city import set_up_django
from tongban.platform import database
from tongban.platform.places import find_places, home
from tongban.platform.postgres import Postgres
from tongban.platform.roles import SUPERUSER

SHOWN = ("server_version", "fsync", "synchronous_commit", "full_page_writes", "shared_buffers", "max_wal_size")


@dataclass(frozen=True, slots=True)
class Cluster:
    """The server, the digest of what is published in the city on it, and the settings a reader wants to know."""

    server: Postgres
    digest: str
    settings: Mapping[str, str]

    def other(self, name: str) -> str:
        """How to connect, as superuser, to an empty database of a contestant's own on the same server."""
        with psycopg.connect(self.server.conninfo(), autocommit=True) as admin:
            admin.execute(f"create database {name}")
        return self.server.conninfo(name, SUPERUSER)


@contextmanager
def cluster(*packs: Path, is_real: bool = True) -> Iterator[Cluster]:
    """Found a city with these packs and what they require; it is gone afterwards. Once per process.

    A city that is not real carries a time of its own, which can be set.
    """
    folder = Path(tempfile.mkdtemp(prefix="tongban-bench-"))
    folder.chmod(0o711)  # the database server is another user when root runs us
    os.environ.update(TONGBAN_HOME=f"{folder}/home", TONGBAN_KEYS=f"{folder}/keys")
    os.environ.pop("DATABASE_URL", None)
    try:
        places = find_places()
        home(places)
        with database.available(places):
            set_up_django()
            try:
                yield _founded(database.embedded(places), packs, is_real=is_real)
            finally:
                database.close_connections()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _founded(server: Postgres, packs: Sequence[Path], *, is_real: bool) -> Cluster:
    from tongban.platform.founding import found
    from tongban.platform.models import Mark
    from tongban.publication import service as publication
    from tongban.publication.files import compile_files

    found(Mark.REAL if is_real else Mark.TEST)
    catalog, findings = compile_files(packs)
    if catalog is None:
        raise RuntimeError(str(findings))
    digest = publication.publish(catalog).digest
    with psycopg.connect(server.conninfo()) as admin:
        settings = {name: str(admin.execute(f"show {name}").fetchall()[0][0]) for name in SHOWN}
    return Cluster(server, digest, settings)
