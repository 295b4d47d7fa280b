"""Limits in hours: they count from the moment, day and night, and stand still in a pause."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

_NOTHING: Final = timedelta()


def run_hours(moment: datetime, hours: int, pauses: Iterable[tuple[datetime, datetime]]) -> datetime:
    """Give the moment after `hours` (before, when negative) outside the pauses, each from a moment up to another.

    Raises `OverflowError` when it lies outside the calendar.
    """
    direction = -1 if hours < 0 else 1
    left = timedelta(hours=abs(hours))
    run = _NOTHING
    # Distances from the moment in the direction of the count, so that backwards is forwards.
    for first, last in sorted(sorted(direction * (end - moment) for end in pause) for pause in pauses):
        free = max(first - run, _NOTHING)
        if left > free:
            left -= free
            run = max(run, last)
    return moment + direction * (run + left)
