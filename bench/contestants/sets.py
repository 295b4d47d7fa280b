"""The floor in batches: set-based SQL that makes the same rows of cases, tasks and events, a transaction a step."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final
from uuid import UUID, uuid4

import psycopg
from psycopg.types.json import Jsonb

from bench.contestants.floor import ACCEPTED, CREATED, REVIEWED_1, REVIEWED_2
from bench.peers.case import NOTE, PAYLOAD, STEPS

OPEN: Final = "insert into cases (id, state, version, payload) select id, %s, 1, %s from unnest(%s::uuid[]) id"
MOVE: Final = (
    "update cases set state = %s, version = version + 1, updated = now() where id = any(%s::uuid[]) and version = %s"
)
RECORD: Final = (
    "insert into events (case_id, n, kind, actor, data) select id, %s, %s, %s, %s from unnest(%s::uuid[]) id"
)
ASK: Final = "insert into tasks select id, name, false from unnest(%s::uuid[]) id, unnest(array['d1', 'd2']) name"
ANSWER: Final = "update tasks set done = true where case_id = any(%s::uuid[]) and name = %s"


@dataclass(frozen=True, slots=True)
class Share:
    """So many cases in batches of so many, in the floor's database."""

    address: str
    cases: int
    batch: int


def carry(share: Share) -> int:
    """Take so many cases from their beginning to their end; returns how many."""
    with psycopg.connect(share.address) as connection:
        for begun in range(0, share.cases, share.batch):
            ids = [uuid4() for _ in range(min(share.batch, share.cases - begun))]
            for version, step in enumerate(STEPS):
                take(connection.cursor(), ids, version, step)
                connection.commit()
    return share.cases


def take(cursor: psycopg.Cursor, ids: list[UUID], version: int, step: str) -> None:
    """One step of all these cases, which are at `version`."""
    if step == CREATED:
        cursor.execute(OPEN, (step, Jsonb(dict(PAYLOAD)), ids))
    else:
        cursor.execute(MOVE, (step, ids, version))
    if step == ACCEPTED:
        cursor.execute(ASK, (ids,))
    for name, reviewed in (("d1", REVIEWED_1), ("d2", REVIEWED_2)):
        if step == reviewed:
            cursor.execute(ANSWER, (ids, name))
    cursor.execute(RECORD, (version + 1, step, NOTE["actor"], Jsonb(dict(NOTE)), ids))
