"""What follows from what: pure functions."""

from __future__ import annotations

from datetime import date


def end_of_permit(birth_date: date, *, on: date) -> date:
    """The next birthday after ``on``: the permit lasts until then."""
    year = on.year if (birth_date.month, birth_date.day) > (on.month, on.day) else on.year + 1
    return date(year, birth_date.month, min(birth_date.day, 28))
