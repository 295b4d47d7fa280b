"""The outbox: what was committed, in an order in which nothing is ever missed, for whoever must hear of it later.

Each reader has a name and a place of its own; what all have read is deleted, so a new reader hears what is still there
and all that comes. A command writes one small row for each event and waits for nobody.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import orjson
from django.db import transaction

from tongban.casework.numbers import case_number_of
from tongban.platform.database import query


@dataclass(frozen=True, slots=True)
class Item:
    """One row: event `n` of a case, or a light that changed (`body`: name of the clock or task, how far it crossed)."""

    place: tuple[str, int]
    topic: Literal["event", "light"]
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
