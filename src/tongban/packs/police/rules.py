"""Births and deaths in the household register.

The ID number of a newborn (GB 11643-1999, check character by ISO 7064 MOD 11-2).

The first six characters are 430200, a prefecture's code that is never issued to persons: a number made here can belong
to nobody. A city in service gets the number from the police's own register instead.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from tongban.pack_api import date_of, numbered

REGION = "430200"
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
CHECKS = "10X98765432"


def resident_id(facts: Mapping[str, object], serial: int, on: date) -> str:
    """The number for a child of ``birth.date`` and ``birth.sex``: odd sequence numbers are male."""
    born = date_of(facts, "birth.date")
    sequence = serial * 2 % 1000 + (facts["birth.sex"] == "male")
    digits = f"{REGION}{born:%Y%m%d}{sequence:03d}"
    total = sum(int(digit) * weight for digit, weight in zip(digits, WEIGHTS, strict=True))
    return digits + CHECKS[total % 11]


def has_happened(died_on: date, *, on: date) -> bool:
    """Whether a day lies not ahead of the day ``on``."""
    return died_on <= on


def death_number(facts: Mapping[str, object], serial: int, on: date) -> str:
    """The number of a registered death."""
    return numbered("SW", serial, on)
