"""What an ID number says by itself: the day of birth, the sex and the age of its bearer (GB 11643-1999)."""

from __future__ import annotations

from datetime import date


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
