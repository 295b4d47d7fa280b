"""What an ID number says by itself (GB 11643-1999), and what every pack reckons alike: days, months, shares."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Final

COUNTY_DIGITS: Final = 6


def birth_date(id_number: str, *, on: date) -> date:
    """The day of birth, in characters 7 to 14."""
    return date(int(id_number[6:10]), int(id_number[10:12]), int(id_number[12:14]))


def sex(id_number: str, *, on: date) -> str:
    """``male`` or ``female``: the seventeenth character is odd for men."""
    return "male" if int(id_number[16]) % 2 else "female"


def age(id_number: str, *, on: date) -> int:
    """Full years on the day ``on``; a person of 29 February is a year older on 1 March of common years."""
    born = birth_date(id_number, on=on)
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day))


def days_since(day: date, *, on: date) -> int:
    """Days from this day to the day ``on``; negative while it is still to come."""
    return (on - day).days


def months_since(day: date, *, on: date) -> int:
    """Full months from this day to the day ``on``; negative while it is still to come."""
    return months_between(day, on, on=on)


def months_between(first: date, last: date, *, on: date) -> int:
    """Full months from the first day to the last; negative when they stand the wrong way round."""
    return (last.year - first.year) * 12 + last.month - first.month - (last.day < first.day)


def permille(part: int, whole: int, *, on: date) -> int:
    """How many of a thousand, rounded down; of nobody there is no share."""
    return part * 1000 // whole if whole > 0 else 0


def day_of_decision(facts: Mapping[str, object], serial: int, on: date) -> date:
    """The day on which the case is decided."""
    return on


def county_of(region: object) -> str:
    """The county of a region's code, whether that is a county's, a town's or a village's."""
    return str(region)[:COUNTY_DIGITS]
