"""The outbox: what was committed, in an order in which nothing is ever missed, for whoever must hear of it later.

Each reader has a name and a place of its own; what all have read is deleted, so a new reader hears what is still there
and all that comes. A command writes one small row for each event and waits for nobody.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import orjson
from django.db import connections, transaction

from tongban.casework.numbers import case_number_of
from tongban.platform.database import query


@dataclass(frozen=True, slots=True)
class Item:
    """One row: event `n` of a case; a light that changed (`body`: name of clock or task, how far it crossed); or the
    import of a case with `n` events, which is to be sealed but is no news.
    """

    place: tuple[str, int]
    topic: Literal["event", "light", "import"]
    case: str
    n: int | None
    body: Mapping[str, Any]


def read(reader: str, most: int = 1000) -> list[Item]:
    """What `reader` has not read yet, in order; nothing that an unfinished transaction could still precede."""
    found = query("select xid, id, topic, case_id, n, body::text from casework_outbox_after(%s, %s)", [reader, most])
    return [
        Item((xid, id_), topic, case_number_of(case_id), n, orjson.loads(body) if body else {})
        for xid, id_, topic, case_id, n, body in found
    ]


def drain(reader: str, take: Callable[[Sequence[Item]], int]) -> int:
    """Let ``take`` see everything new, page by page, each in one transaction with the reader's place; adds up."""
    total = 0
    while True:
        with transaction.atomic():
            items = read(reader)
            if not items:
                return total
            total += take(items)
            advance(reader, items[-1])


def advance(reader: str, item: Item) -> None:
    """`reader` has done all up to and including `item`; call it in the transaction that did it."""
    query("select casework_outbox_read(%s, %s, %s)", [reader, *item.place])


def renumber() -> None:
    """Let the outbox begin anew in a database that was restored, with every reader at its place; as its owner.

    Places count the server's transactions. Another server counts its own, from anywhere: without this, what comes next
    would stand before what was read, and nobody would ever hear of it.
    """
    with transaction.atomic("owner"), connections["owner"].cursor() as cursor:
        cursor.execute(_RENUMBER)


_RENUMBER = """
create temporary table renumbered on commit drop as
    select xid, id, topic, case_id, n, body, nextval(pg_get_serial_sequence('casework_outbox', 'id')) as place
    from (select * from casework_outbox order by xid, id) o;
update casework_reader r set xid = '1', id = coalesce(
    (select max(place) from renumbered o where (o.xid, o.id) <= (r.xid, r.id)),
    (select min(place) - 1 from renumbered), 0);
delete from casework_outbox;
insert into casework_outbox (xid, id, topic, case_id, n, body) overriding system value
    select '1', place, topic, case_id, n, body from renumbered order by place;
"""
