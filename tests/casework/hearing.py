"""Reading the outbox on a server that other tests write to as well.

Nothing is read past an unfinished transaction, and those of other cities on the same server count: a test that wants
all of what it wrote waits for whoever began before.
"""

from __future__ import annotations

from time import monotonic, sleep

from tongban.casework import outbox
from tongban.casework.outbox import Item
from tongban.platform.database import query

LONGEST_SECONDS = 30


def all_heard(reader: str) -> list[Item]:
    """What a reader has not read yet of all that was committed before this call."""
    [(newest,)] = query("select pg_snapshot_xmax(pg_current_snapshot())::text::bigint", [])
    until = monotonic() + LONGEST_SECONDS
    while query("select pg_snapshot_xmin(pg_current_snapshot())::text::bigint", [])[0][0] < newest:
        assert monotonic() < until, "a transaction that began before does not end"
        sleep(0.01)
    return outbox.read(reader)
