"""What reads whole tables is counted once a minute at most, by one at a time; meanwhile others see the count before."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from threading import Lock
from typing import Generic, TypeVar

from tongban.catalog.model import Catalog
from tongban.platform import time

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Counted(Generic[T]):
    """What was counted in a minute, under a publication."""

    digest: str
    at: datetime
    found: T


class EachMinute(Generic[T]):
    """What ``count`` gave last, and the turn of whoever counts anew."""

    def __init__(self, count: Callable[[Catalog], T]) -> None:
        self._count = count
        self._last: Counted[T] | None = None
        self._turn = Lock()

    def now(self, catalog: Catalog) -> Counted[T]:
        """What was counted in the present minute, or while somebody else counts."""
        return self.of(catalog, time.now().replace(second=0, microsecond=0))

    def of(self, catalog: Catalog, minute: datetime) -> Counted[T]:
        """What was counted this minute; while somebody else counts, what this publication had before, if anything.

        Who has nothing to be told waits for the one who counts, and is told that, whatever minute it is by then.
        """
        last = self._last
        if last is None or last.digest != catalog.digest:
            self._turn.acquire()
        elif last.at == minute or not self._turn.acquire(blocking=False):
            return last
        try:
            counted = self._last
            if counted is None or counted is last or counted.digest != catalog.digest:
                self._last = counted = Counted(catalog.digest, minute, self._count(catalog))
            return counted
        finally:
            self._turn.release()
