"""Numbers that employment services give out, months and shares that their conditions read, and amounts by a formula."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

INTEREST_SHARE_PERCENT = 50


def _numbered(prefix: str, serial: int, on: date) -> str:
    return f"{prefix}{on:%y}{serial % 10_000_000:07d}"


def _fen(value: object) -> int:
    if not isinstance(value, int):
        raise TypeError(value)
    return value


def days_since(day: date, *, on: date) -> int:
    """Days from this day to the day ``on``; nothing before it."""
    return max(0, (on - day).days)


def months_since(day: date, *, on: date) -> int:
    """Full months from this day to the day ``on``; nothing before it."""
    return max(0, months_between(day, on, on=on))


def months_between(first: date, last: date, *, on: date) -> int:
    """Full months from the first day to the last; negative when they stand the wrong way round."""
    return (last.year - first.year) * 12 + last.month - first.month - (last.day < first.day)


def permille(part: int, whole: int, *, on: date) -> int:
    """How many of a thousand, rounded down; of nobody there is no share."""
    return part * 1000 // whole if whole > 0 else 0


def registration_number(facts: Mapping[str, object], serial: int, on: date) -> str:
    """The number of a registration of employment or unemployment."""
    return _numbered("DJ", serial, on)


def recognition_number(facts: Mapping[str, object], serial: int, on: date) -> str:
    """The number of a recognition: of people hard to employ, of a household, of a place."""
    return _numbered("RD", serial, on)


def subsidy_number(facts: Mapping[str, object], serial: int, on: date) -> str:
    """The number of a decision on a subsidy."""
    return _numbered("BT", serial, on)


def loan_number(facts: Mapping[str, object], serial: int, on: date) -> str:
    """The number under which a bank finds who is eligible for a guaranteed loan."""
    return _numbered("DK", serial, on)


def notice_number(facts: Mapping[str, object], serial: int, on: date) -> str:
    """The number of what is published or filed: a vacancy, a post, a course."""
    return _numbered("GW", serial, on)


def service_number(facts: Mapping[str, object], serial: int, on: date) -> str:
    """The number under which somebody is served: a search for work, a report, a placement, an internship."""
    return _numbered("FW", serial, on)


def card_number(facts: Mapping[str, object], serial: int, on: date) -> str:
    """An employment card: the county, the year and eight digits."""
    return f"{str(facts['person.residence_region'])[:6]}{on:%y}{serial % 100_000_000:08d}"


def today(facts: Mapping[str, object], serial: int, on: date) -> date:
    """The day of the decision."""
    return on


def two_thirds_of_contributions(facts: Mapping[str, object], serial: int, on: date) -> int:
    """Two thirds of what somebody paid for their own insurance, in fen, rounded down (财社〔2023〕181号)."""
    return _fen(facts["person.own_contributions_fen"]) * 2 // 3


def half_of_interest(facts: Mapping[str, object], serial: int, on: date) -> int:
    """Half of the interest that was paid, in fen, rounded down (财金〔2023〕75号)."""
    return _fen(facts["startup.interest_paid_fen"]) * INTEREST_SHARE_PERCENT // 100
