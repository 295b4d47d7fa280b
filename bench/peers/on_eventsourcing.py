"""eventsourcing: an aggregate saved at each transition, kept in memory or built again from its events each time.

Its functions in the database, which are off unless asked for, make it several times as fast.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from functools import partial
from typing import Final

from eventsourcing.application import Application
from eventsourcing.domain import Aggregate, event
from psycopg.conninfo import conninfo_to_dict

from bench.peers.case import NOTE, PAYLOAD, STEPS, Client, Peer

AUDIT: Final = """
select array_agg(coalesce(convert_from(state, 'UTF8')::jsonb ->> 'step', 'created') order by originator_version)
from cases_events group by originator_id
having bool_or(convert_from(state, 'UTF8')::jsonb ->> 'step' = 'closed')
"""


class Case(Aggregate):
    """The case; each call of a method is an event of its history."""

    @event("Created")
    def __init__(self, payload: dict[str, str | int]) -> None:
        self.payload = payload
        self.steps = ["created"]

    @event("Moved")
    def move(self, step: str, actor: str, note: str) -> None:
        """One transition. Raises ``ValueError`` for a decision before both reviews."""
        if step == "decided" and not {"reviewed_d1", "reviewed_d2"} <= set(self.steps):
            raise ValueError(step)
        self.steps.append(step)
        self.last = (actor, note)


class Cases(Application):
    """All cases."""


def life(cases: Cases, *, reloaded: bool) -> None:
    """One case."""
    case = Case(dict(PAYLOAD))
    cases.save(case)
    for step in STEPS[1:]:
        if reloaded:
            case = cases.repository.get(case.id)
        case.move(step, **NOTE)
        cases.save(case)


@contextmanager
def engine(address: str, clients: int, *, reloaded: bool) -> Iterator[Client]:
    """The application in this process, with a connection for each client."""
    cases = application(address, CREATE_TABLE="no", POSTGRES_POOL_SIZE=str(clients))
    try:
        yield lambda: nullcontext(partial(life, cases, reloaded=reloaded))
    finally:
        cases.close()


def application(address: str, **settings: str) -> Cases:
    """The application on this database; it makes its tables unless told otherwise."""
    place = conninfo_to_dict(address)
    return Cases(
        {
            "PERSISTENCE_MODULE": "eventsourcing.postgres",
            "POSTGRES_HOST": str(place["host"]),
            "POSTGRES_DBNAME": str(place["dbname"]),
            "POSTGRES_USER": str(place["user"]),
            "POSTGRES_PASSWORD": "not asked on the socket",
            "POSTGRES_ENABLE_DB_FUNCTIONS": "yes",
            **settings,
        }
    )


def prepare(address: str) -> None:
    """Make its tables."""
    application(address).close()


KEPT, RELOADED = partial(engine, reloaded=False), partial(engine, reloaded=True)
PEERS: Final = {
    "eventsourcing-kept": Peer("eventsourcing", "aggregate kept in memory", 2, prepare, KEPT, AUDIT),
    "eventsourcing-reloaded": Peer("eventsourcing", "repository.get() before each step", 2, prepare, RELOADED, AUDIT),
}
