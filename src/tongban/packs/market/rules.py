"""Numbers that the market regulator gives out. Credit codes follow GB 32100-2015 and GB 11714.

The body of a credit code made here begins with 9000, which was never issued: no real business bears it.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from tongban.packs.base.rules import county_of

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
BODY_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
CATEGORY = {"company": "91", "sole-trader": "92"}


def _body(serial: int) -> str:
    digits = f"{90_000_000 + serial % 10_000_000:08d}"
    check = 11 - sum(int(digit) * weight for digit, weight in zip(digits, BODY_WEIGHTS, strict=True)) % 11
    return digits + {10: "X", 11: "0"}.get(check, str(check))


def credit_code(facts: Mapping[str, object], serial: int, on: date) -> str:
    """The credit code of a new business of ``restaurant.legal_form`` in the county ``place.region``."""
    code = f"{CATEGORY[str(facts['restaurant.legal_form'])]}{county_of(facts['place.region'])}{_body(serial)}"
    total = sum(ALPHABET.index(character) * pow(3, place, 31) for place, character in enumerate(code))
    return code + ALPHABET[(31 - total % 31) % 31]


def food_licence_number(facts: Mapping[str, object], serial: int, on: date) -> str:
    """A food operation licence: JY2 for catering, the county and seven digits."""
    return f"JY2{county_of(facts['place.region'])}{serial % 10_000_000:07d}"
