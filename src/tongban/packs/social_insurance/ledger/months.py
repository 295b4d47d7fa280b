"""Months of the ledger: counted from January of the year 0, written `2026-11`, within the calendar of the policies."""

from __future__ import annotations

from datetime import date

from tongban.pack_api import RefusedError
from tongban.packs.social_insurance.models import FIRST_MONTH, LAST_MONTH


def month_of(day: date) -> int:
    """The month of a day."""
    return day.year * 12 + day.month - 1


def first_day(month: int) -> date:
    """The first day of a month."""
    return date(month // 12, month % 12 + 1, 1)


def written(month: int) -> str:
    """A month as people and programs write it: `2026-11`."""
    return f"{month // 12:04}-{month % 12 + 1:02}"


def month_within(month: int) -> None:
    """Raise RefusedError for a month outside the calendar."""
    if not FIRST_MONTH <= month <= LAST_MONTH:
        raise RefusedError(
            f"月份要在 {written(FIRST_MONTH)} 和 {written(LAST_MONTH)} 之间",
            f"A month lies between {written(FIRST_MONTH)} and {written(LAST_MONTH)}.",
        )
