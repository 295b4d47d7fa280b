"""What the cases of a bench's city take: bytes on disk by table with its indexes, and bytes of write-ahead log."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import psycopg

from bench.cluster import Cluster
from tongban.platform.database import DATABASE

PREFIX = "casework_"


@dataclass(slots=True)
class Logged:
    """How many bytes the server logged; known when the work is done."""

    bytes: int = 0


@contextmanager
def logged(city: Cluster) -> Iterator[Logged]:
    """Count the write-ahead log of what is done inside."""
    found = Logged()
    begun = _asked(city, "select pg_current_wal_insert_lsn() - '0/0'")
    yield found
    found.bytes = int(_asked(city, "select pg_current_wal_insert_lsn() - '0/0'") - begun)


def tables(city: Cluster) -> dict[str, int]:
    """Bytes of each table of casework, its indexes and what is stored aside included, the largest first."""
    with psycopg.connect(city.server.conninfo(DATABASE)) as connection:
        found = connection.execute(
            "select relname, pg_total_relation_size(oid) from pg_class"
            " where relkind = 'r' and starts_with(relname, %s) order by 2 desc",
            [PREFIX],
        ).fetchall()
    return {name.removeprefix(PREFIX): size for name, size in found}


def counted(city: Cluster) -> int:
    """How many cases there are."""
    return int(_asked(city, "select count(*) from casework_case"))


def _asked(city: Cluster, statement: str) -> int:
    with psycopg.connect(city.server.conninfo(DATABASE)) as connection:
        (answer,) = connection.execute(statement.encode()).fetchall()[0]
    return int(answer)
