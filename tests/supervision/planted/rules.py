"""A rule that takes its time."""

from __future__ import annotations

from datetime import date


def stall_code(birth_date: date, *, on: date) -> int:
    """Reckoned the long way round."""
    return sum(range(20_000_000)) % on.toordinal() + birth_date.day
