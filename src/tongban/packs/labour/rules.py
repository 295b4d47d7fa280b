"""Numbers that labour services give out, and the days, months and shares that their conditions read."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

DISPATCH_LICENCE_YEARS = 3


def _numbered(prefix: str, serial: int, on: date) -> str:
    return f"{prefix}{on:%y}{serial % 10_000_000:07d}"


def days_since(day: date, *, on: date) -> int:
    """Days from this day to the day ``on``; nothing before it."""
    return max(0, (on - day).days)


def months_since(day: date, *, on: date) -> int:
    """Full months from this day to the day ``on``; nothing before it."""
    return max(0, (on.year - day.year) * 12 + on.month - day.month - (on.day < day.day))


def permille(part: int, whole: int, *, on: date) -> int:
    """How many of a thousand, rounded down; of nobody there is no share."""
    return part * 1000 // whole if whole > 0 else 0


def filing_number(facts: Mapping[str, object], serial: int, on: date) -> str:
    """The number of what employers file or report."""
    return _numbered("LB", serial, on)


def case_number(facts: Mapping[str, object], serial: int, on: date) -> str:
    """The number of a dispute: its mediation, its arbitration, its referral."""
    return _numbered("ZC", serial, on)


def inspection_number(facts: Mapping[str, object], serial: int, on: date) -> str:
    """The number of a complaint or report to the labour inspection."""
    return _numbered("JC", serial, on)


def licence_number(facts: Mapping[str, object], serial: int, on: date) -> str:
    """The number of a licence."""
    return _numbered("XK", serial, on)


def today(facts: Mapping[str, object], serial: int, on: date) -> date:
    """The day of the decision: a collective contract that nobody objects to is in force from then on."""
    return on


def licence_ends_on(facts: Mapping[str, object], serial: int, on: date) -> date:
    """The last day of a dispatch licence: three years, less a day (劳务派遣行政许可实施办法)."""
    return date(on.year + DISPATCH_LICENCE_YEARS, on.month, 1) + timedelta(days=on.day - 2)
