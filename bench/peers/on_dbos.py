"""DBOS: a workflow of seven plain steps, whose table of steps is the history.

The two reviews come one after the other: both at once, by `asyncio.gather`, is slower.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from typing import Final

from dbos import DBOS
from psycopg.conninfo import conninfo_to_dict

from bench.peers.case import NOTE, PAYLOAD, STEPS, Client, Peer

POOL: Final = 24
AUDIT: Final = """
select array_agg(function_name order by function_id)
from dbos.workflow_status join dbos.operation_outputs using (workflow_uuid)
where status = 'SUCCESS' group by workflow_uuid
"""


def do(data: object) -> object:
    """What a step leaves in the history."""
    return data


DO: Final = {name: DBOS.step(name=name)(do) for name in STEPS}


@DBOS.workflow()
def life(payload: dict[str, str | int]) -> None:
    """One case."""
    for name in STEPS:
        DO[name](payload if name == "created" else NOTE)


@contextmanager
def engine(address: str, _clients: int = 0) -> Iterator[Client]:
    """DBOS in this process; its tables are made when it is launched."""
    place = conninfo_to_dict(address)
    DBOS(
        config={
            "name": "bench",
            "system_database_url": f"postgresql://{place['user']}@/{place['dbname']}?host={place['host']}",
            "sys_db_pool_size": POOL,
            "application_version": "1",
            "executor_id": str(os.getpid()),
            "log_level": "ERROR",
        }
    )
    DBOS.launch()
    try:
        yield lambda: nullcontext(lambda: life(dict(PAYLOAD)))
    finally:
        DBOS.destroy()


def prepare(address: str) -> None:
    """Make its tables."""
    with engine(address):
        pass


PEERS: Final = {"dbos": Peer("dbos", "synchronous workflow of plain steps", 2, prepare, engine, AUDIT)}
