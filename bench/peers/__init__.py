"""The approval case on engines that somebody might take instead of Tongban: DBOS, SpiffWorkflow and others.

Each `on_….py` is one of them in its best honest setting. `environment.python()` makes a Python that has them all, and
with it `python -m bench.peers NAME ADDRESS` measures one: nothing but `environment` imports Tongban.
"""

from __future__ import annotations

from typing import Final

NAMES: Final = (
    "dbos",
    "eventsourcing-kept",
    "eventsourcing-reloaded",
    "procrastinate",
    "spiff-kept",
    "spiff-reloaded",
    "viewflow",
)
"""What can be measured; the part before the dash is the module, the part after it how the state is held."""
