"""Numbers that employment services give out, months and shares that their conditions read, and amounts by a formula."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from tongban.pack_api import integer_of, numbered
from tongban.packs.base.rules import county_of

INTEREST_SHARE_PERCENT = 50


def registration_number(facts: Mapping[str, object], serial: int, on: date) -> str:
    """The number of a registration of employment or unemployment."""
    return numbered("DJ", serial, on)


def recognition_number(facts: Mapping[str, object], serial: int, on: date) -> str:
    """The number of a recognition: of people hard to employ, of a household, of a place."""
    return numbered("RD", serial, on)


def subsidy_number(facts: Mapping[str, object], serial: int, on: date) -> str:
    """The number of a decision on a subsidy."""
    return numbered("BT", serial, on)


def loan_number(facts: Mapping[str, object], serial: int, on: date) -> str:
    """The number under which a bank finds who is eligible for a guaranteed loan."""
    return numbered("DK", serial, on)


def notice_number(facts: Mapping[str, object], serial: int, on: date) -> str:
    """The number of what is published or filed: a vacancy, a post, a course."""
    return numbered("GW", serial, on)


def service_number(facts: Mapping[str, object], serial: int, on: date) -> str:
    """The number under which somebody is served: a search for work, a report, a placement, an internship."""
    return numbered("FW", serial, on)


def card_number(facts: Mapping[str, object], serial: int, on: date) -> str:
    """An employment card: the county, the year and eight digits."""
    return numbered(county_of(facts["person.residence_region"]), serial, on, digits=8)


def two_thirds_of_contributions(facts: Mapping[str, object], serial: int, on: date) -> int:
    """Two thirds of what somebody paid for their own insurance, in fen, rounded down (财社〔2023〕181号)."""
    return integer_of(facts, "person.own_contributions_fen") * 2 // 3


def half_of_interest(facts: Mapping[str, object], serial: int, on: date) -> int:
    """Half of the interest that was paid, in fen, rounded down (财金〔2023〕75号)."""
    return integer_of(facts, "startup.interest_paid_fen") * INTEREST_SHARE_PERCENT // 100
