"""procrastinate: a chain of jobs, each of which moves the case in our own tables and defers the next.

The library keeps jobs, not cases: the case's row and the history are ours, written in one transaction with what comes
next, and the second review sees that it is the second. A client begins a case and waits for its end; the worker beside
the clients, told of new jobs by PostgreSQL, does as many jobs at once as there are clients.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager, nullcontext
from threading import Thread
from typing import Any, Final
from uuid import uuid4

import psycopg
from procrastinate import App, PsycopgConnector
from psycopg.types.json import Jsonb
from psycopg_pool import AsyncConnectionPool

from bench.peers.case import NOTE, PAYLOAD, Client, Peer

DDL: Final = """
create table cases (id uuid primary key, state text not null, version int not null, payload jsonb not null,
    updated timestamptz not null default now());
create table events (case_id uuid not null, n int not null, kind text not null,
    at timestamptz not null default now(), data jsonb not null, primary key (case_id, n));
"""
AUDIT: Final = """
select array_agg(kind order by n) from events join cases on cases.id = case_id where state = 'closed' group by case_id
"""
BEGIN: Final = "insert into cases (id, state, version, payload) values (%s, 'created', 1, %s)"
MOVE: Final = "update cases set state = %s, version = version + 1, updated = now() where id = %s returning version"
EVENT: Final = "insert into events (case_id, n, kind, data) values (%s, %s, %s, %s)"
FOLLOWING: Final = {
    "created": ("accepted",),
    "accepted": ("reviewed_d1", "reviewed_d2"),
    "reviewed_d1": ("decided",),
    "reviewed_d2": ("decided",),
    "decided": ("issued",),
    "issued": ("closed",),
}
FIRST_REVIEW: Final = 3
"""The version of a case with one of its reviews: the other one goes on."""
POLL_SECONDS: Final = 0.02
"""A job that comes while the worker looks for one is not noticed before it looks again: by default, 5 seconds later."""
MOST_SECONDS: Final = 60


def prepare(address: str) -> None:
    """Make the tables, the library's too."""
    with psycopg.connect(address) as connection:
        connection.execute(DDL)
    with App(connector=PsycopgConnector(conninfo=address)).open() as app:
        app.schema_manager.apply_schema()


@asynccontextmanager
async def chain(address: str, clients: int) -> AsyncIterator[Callable[[], Awaitable[None]]]:
    """A worker, and what takes one case to its end. Each process has its queue, so that it sees its cases' ends."""
    app = App(connector=PsycopgConnector(conninfo=address, min_size=4, max_size=clients + 4))
    pool = AsyncConnectionPool(address, min_size=4, max_size=clients + 4, open=False)
    queue = str(os.getpid())
    ended: dict[str, asyncio.Event] = {}

    async def record(connection: psycopg.AsyncConnection[Any], case: str, version: int, step: str) -> None:
        await connection.execute(EVENT, (case, version, step, Jsonb(NOTE)))
        if step in FOLLOWING and version != FIRST_REVIEW:
            jobs = list[dict[str, Any]]({"case": case, "step": following} for following in FOLLOWING[step])
            await move.configure(queue=queue, connection=connection).batch_defer_async(*jobs)

    @app.task(name="move")
    async def move(case: str, step: str) -> None:
        async with pool.connection() as connection:
            found = await (await connection.execute(MOVE, (step, case))).fetchall()
            await record(connection, case, found[0][0], step)
        if step == "closed":
            ended.pop(case).set()

    async def life() -> None:
        case, end = str(uuid4()), asyncio.Event()
        ended[case] = end
        async with pool.connection() as connection:
            await connection.execute(BEGIN, (case, Jsonb(PAYLOAD)))
            await record(connection, case, 1, "created")
        async with asyncio.timeout(MOST_SECONDS):
            await end.wait()

    async with pool, app.open_async():
        worker = asyncio.create_task(
            app.run_worker_async(
                queues=[queue],
                concurrency=clients,
                fetch_job_polling_interval=POLL_SECONDS,
                install_signal_handlers=False,
            )
        )
        try:
            yield life
        finally:
            worker.cancel()
            await asyncio.wait([worker])


@contextmanager
def engine(address: str, clients: int) -> Iterator[Client]:
    """The chain on a loop beside the clients."""
    loop = asyncio.new_event_loop()
    beside = Thread(target=loop.run_forever)
    beside.start()

    def result(awaited: Any) -> Any:  # noqa: ANN401 - whatever is awaited
        return asyncio.run_coroutine_threadsafe(awaited, loop).result()

    held = chain(address, clients)
    try:
        life = result(held.__aenter__())
        try:
            yield lambda: nullcontext(lambda: result(life()))
        finally:
            result(held.__aexit__(None, None, None))
    finally:
        loop.call_soon_threadsafe(loop.stop)
        beside.join()


PEERS: Final = {"procrastinate": Peer("procrastinate", "chain of jobs and own rows", 2, prepare, engine, AUDIT)}
