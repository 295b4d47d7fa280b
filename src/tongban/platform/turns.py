"""One after the other: whoever changes or certifies what is kept of some subjects waits for whoever does so already.

The database keeps the turn, until the transaction ends. Each matter has a number of its own, so that those of two
matters do not wait for each other.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Final, Protocol

_HALF: Final = 2**31  # a key has two halves of this size: the matter, and the subject
_WAIT: Final = "select pg_advisory_xact_lock(%s, half) from unnest(%s::int[]) half"


class Cursor(Protocol):
    """What carries out a statement on the caller's transaction."""

    def execute(self, query: str, params: Sequence[Any] | None = None) -> object:
        """Run a statement."""


def in_turn(cursor: Cursor, matter: int, subjects: Iterable[int]) -> None:
    """Wait until nobody else has the turn of these subjects; in one order, so that none wait in a ring."""
    cursor.execute(_WAIT, [matter, sorted({subject % _HALF for subject in subjects})])
