"""Who waits for whom: whoever changes facts or bills a difference goes beside others, a batch of bills goes alone.

Both locks last until their transaction ends, so that a batch sees every hire that was granted before it, and a hire
that comes after it sees that the month is billed and bills itself.
"""

from __future__ import annotations

from typing import Final

from tongban.pack_api import Database

_LEDGER: Final = 7_205_001


def shared(db: Database) -> None:
    """Wait until no batch of bills is under way; others may change facts meanwhile."""
    db.execute("select pg_advisory_xact_lock_shared(%s)", [_LEDGER])


def alone(db: Database) -> None:
    """Wait until nobody changes facts or bills anything."""
    db.execute("select pg_advisory_xact_lock(%s)", [_LEDGER])
