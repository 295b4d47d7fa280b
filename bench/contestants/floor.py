"""The floor: what hand-written SQL cannot do with less, one transaction a step; no rules, chain, ids or lists."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final
from uuid import UUID, uuid4

import psycopg
from psycopg.types.json import Jsonb

from bench.cluster import Cluster
from bench.peers.case import NOTE, PAYLOAD, STEPS, Client, Life

DDL: Final = """
create table cases (id uuid primary key, state text not null, version int not null, payload jsonb not null,
    updated timestamptz not null default now());
create table tasks (case_id uuid not null, name text not null, done boolean not null, primary key (case_id, name));
create table events (seq bigint generated always as identity primary key, case_id uuid not null, n int not null,
    kind text not null, actor text not null, at timestamptz not null default now(), data jsonb not null,
    unique (case_id, n));
"""
CREATED, ACCEPTED, REVIEWED_1, REVIEWED_2, DECIDED, ISSUED, CLOSED = STEPS


def contestant(city: Cluster) -> Client:
    """Each client has a connection of its own."""
    address = city.other("bench_floor")
    with psycopg.connect(address) as connection:
        connection.execute(DDL)

    @contextmanager
    def client() -> Iterator[Life]:
        with psycopg.connect(address) as connection:
            yield lambda: life(connection)

    return client


def life(connection: psycopg.Connection) -> None:
    """One case: seven transactions, a case row, two task rows, seven event rows."""
    case, cursor = uuid4(), connection.cursor()
    values = (case, CREATED, Jsonb(dict(PAYLOAD)))
    cursor.execute("insert into cases (id, state, version, payload) values (%s, %s, 1, %s)", values)
    record(cursor, case, 1, CREATED)
    connection.commit()
    move(cursor, case, 2, ACCEPTED)
    cursor.execute("insert into tasks values (%s, 'd1', false), (%s, 'd2', false)", (case, case))
    record(cursor, case, 2, ACCEPTED)
    connection.commit()
    for n, name, state in ((3, "d1", REVIEWED_1), (4, "d2", REVIEWED_2)):
        cursor.execute("update tasks set done = true where case_id = %s and name = %s", (case, name))
        move(cursor, case, n, state)
        record(cursor, case, n, state)
        connection.commit()
    for n, state in enumerate((DECIDED, ISSUED, CLOSED), 5):
        move(cursor, case, n, state)
        record(cursor, case, n, state)
        connection.commit()


def move(cursor: psycopg.Cursor, case: UUID, version: int, state: str) -> None:
    """The case in its next state, if nobody was quicker."""
    statement = "update cases set state = %s, version = version + 1, updated = now() where id = %s and version = %s"
    cursor.execute(statement, (state, case, version - 1))


def record(cursor: psycopg.Cursor, case: UUID, n: int, kind: str) -> None:
    """The event of a step."""
    statement = "insert into events (case_id, n, kind, actor, data) values (%s, %s, %s, %s, %s)"
    cursor.execute(statement, (case, n, kind, NOTE["actor"], Jsonb(NOTE)))
