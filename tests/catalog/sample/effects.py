from __future__ import annotations

from tongban.pack_api import Database, Decisions, effect


@effect("count@1")
def count(decided: Decisions, database: Database) -> None:
    """Nothing but an example."""
