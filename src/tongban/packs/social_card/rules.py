"""Numbers and days that the services of the social security card give out."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

CARD_YEARS = 10


def matter_number(facts: Mapping[str, object], serial: int, on: date) -> str:
    """The number of a card matter: the year and seven digits."""
    return f"SK{on:%y}{serial % 10_000_000:07d}"


def electronic_card_number(facts: Mapping[str, object], serial: int, on: date) -> str:
    """The number of an electronic card: a letter, the year and eight digits."""
    return f"E{on:%y}{serial % 100_000_000:08d}"


def day_of_decision(facts: Mapping[str, object], serial: int, on: date) -> date:
    """The day itself: what is switched on at once."""
    return on


def card_expires_on(facts: Mapping[str, object], serial: int, on: date) -> date:
    """Ten years later; a card of 29 February ends on the 28th of common years."""
    year = on.year + CARD_YEARS
    return on.replace(year=year, day=28) if (on.month, on.day) == (2, 29) else on.replace(year=year)
