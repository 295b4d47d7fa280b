"""Who waits for whom: whoever changes facts or bills a difference goes beside others, a batch of bills goes alone.

All locks last until their transaction ends, so that a batch sees every hire that was granted before it, and a hire
that comes after it sees that the month is billed and bills itself. Beside others, those of one person or one employer
go one after the other: each asks for the turn before it reads, of all persons at once and before any employer's, and a
batch for all its cases before the first of them, so that none wait in a ring.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from tongban import pack_api
from tongban.pack_api import Database

_LEDGER: Final = 7_205_001
_WITHIN: Final = 7_205_002


def shared(db: Database) -> None:
    """Wait until no batch of bills is under way; others may change facts meanwhile."""
    db.execute("select pg_advisory_xact_lock_shared(%s)", [_LEDGER])


def alone(db: Database) -> None:
    """Wait until nobody changes facts or bills anything."""
    db.execute("select pg_advisory_xact_lock(%s)", [_LEDGER])


def in_turn(db: Database, subjects: Iterable[int]) -> None:
    """Wait until nobody else bills a difference to these employers, or changes what these persons have or are paid."""
    pack_api.in_turn(db, _WITHIN, subjects)
