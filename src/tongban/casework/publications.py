"""Under which publications cases are still open: what those name must stay, for a case ends as it began."""

from __future__ import annotations

from tongban.platform.database import query


def in_use() -> frozenset[str]:
    """The digests of publications with open cases. Read as the auditor, who sees the cases of every office."""
    statement = (
        "select distinct a.publication from casework_application a where exists (select from casework_case c"
        " where c.open and c.id between a.id * 1000000 and a.id * 1000000 + 999999)"
    )
    return frozenset(digest for (digest,) in query(statement, [], "auditor"))
