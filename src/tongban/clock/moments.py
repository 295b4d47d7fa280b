"""Dates and moments in city time (Asia/Shanghai, +08:00 without daylight saving since 1991), and when a day closes."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta, timezone
from typing import Final

SHANGHAI: Final = timezone(timedelta(hours=8))
"""City time. Fixed, so that no time-zone data is needed and no answer depends on the machine."""

CLOSING: Final = timedelta(days=1)
"""A due date ends at 24:00, the end of its last day (Civil Code, article 203), which is 00:00 of the day after."""


def local(value: date) -> date:
    """Bring a moment with an offset to city time without one; dates and local moments stay as they are."""
    if isinstance(value, datetime) and value.tzinfo is not None:
        return value.astimezone(SHANGHAI).replace(tzinfo=None)
    return value


def day_of(value: date) -> date:
    """Give the day a date or a moment lies on."""
    return value.date() if isinstance(value, datetime) else value


def opening(value: date) -> datetime:
    """Give the moment itself, or the first moment of a date."""
    return value if isinstance(value, datetime) else datetime.combine(value, time())


def closing(value: date) -> datetime:
    """Give the moment itself, or the last moment of a date."""
    return value if isinstance(value, datetime) else datetime.combine(value, time()) + CLOSING
