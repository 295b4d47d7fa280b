"""Numbers that labour services give out, and the days, months and shares that their conditions read."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

from tongban.pack_api import numbered

DISPATCH_LICENCE_YEARS = 3


def filing_number(facts: Mapping[str, object], serial: int, on: date) -> str:
    """The number of what employers file or report."""
    return numbered("LB", serial, on)


def case_number(facts: Mapping[str, object], serial: int, on: date) -> str:
    """The number of a dispute: its mediation, its arbitration, its referral."""
    return numbered("ZC", serial, on)


def inspection_number(facts: Mapping[str, object], serial: int, on: date) -> str:
    """The number of a complaint or report to the labour inspection."""
    return numbered("JC", serial, on)


def licence_number(facts: Mapping[str, object], serial: int, on: date) -> str:
    """The number of a licence."""
    return numbered("XK", serial, on)


def licence_ends_on(facts: Mapping[str, object], serial: int, on: date) -> date:
    """The last day of a dispatch licence: three years, less a day (劳务派遣行政许可实施办法)."""
    return date(on.year + DISPATCH_LICENCE_YEARS, on.month, 1) + timedelta(days=on.day - 2)
