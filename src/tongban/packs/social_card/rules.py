"""Numbers and days that the services of the social security card give out."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from tongban.pack_api import months_later, numbered

CARD_YEARS = 10


def matter_number(facts: Mapping[str, object], serial: int, on: date) -> str:
    """The number of a card matter: the year and seven digits."""
    return numbered("SK", serial, on)


def electronic_card_number(facts: Mapping[str, object], serial: int, on: date) -> str:
    """The number of an electronic card: a letter, the year and eight digits."""
    return numbered("E", serial, on, digits=8)


def card_expires_on(facts: Mapping[str, object], serial: int, on: date) -> date:
    """Ten years later; a card of 29 February ends on the 28th of common years."""
    return months_later(on, 12 * CARD_YEARS)
