"""Numbers, years and days of personnel matters: what a title asks for, when an appeal is in time, who may excel."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

from tongban.pack_api import months_later, numbered

YEARS_REQUIRED = {
    "junior": {"doctor": 0, "master": 0, "bachelor": 1, "college": 2, "secondary": 4},
    "intermediate": {"doctor": 0, "master": 2, "bachelor": 4, "college": 4, "secondary": 5},
    "associate": {"doctor": 2, "master": 5, "bachelor": 5, "college": 5, "secondary": 5},
    "senior": {"doctor": 5, "master": 5, "bachelor": 5, "college": 5, "secondary": 5},
}
FULL_HOURS = 90
EXCELLENT_PERCENT = 20
APPEAL_DAYS = 30
DOCTORATE_YEARS = 3
COMMITTEE_YEARS = 3


def matter_number(facts: Mapping[str, object], serial: int, on: date) -> str:
    """The number of a personnel matter: the year and seven digits."""
    return numbered("RC", serial, on)


def three_years_later(facts: Mapping[str, object], serial: int, on: date) -> date:
    """The last day of three years that begin on the day itself."""
    return months_later(on, 12 * COMMITTEE_YEARS) - timedelta(days=1)


def years_required(level: str, education: str, *, on: date) -> int:
    """Full years since the title below, or at work for the lowest, by education (guidance for engineers of 2019)."""
    return YEARS_REQUIRED[level][education]


def hours_in_all(public_hours: int, professional_hours: int, *, on: date) -> int:
    """Hours of public and of professional subjects."""
    return public_hours + professional_hours


def is_year_full(public_hours: int, professional_hours: int, *, on: date) -> bool:
    """Whether the year has its 90 hours, two thirds of them professional."""
    total = public_hours + professional_hours
    return total >= FULL_HOURS and professional_hours * 3 >= total * 2


def posts_in_all(management_posts: int, professional_posts: int, worker_posts: int, *, on: date) -> int:
    """Posts of the three classes."""
    return management_posts + professional_posts + worker_posts


def graded_in_all(excellent: int, competent: int, barely: int, incompetent: int, *, on: date) -> int:
    """Staff with any of the four grades."""
    return excellent + competent + barely + incompetent


def most_excellent(staff: int, *, on: date) -> int:
    """How many may be graded excellent: a fifth, rounded down."""
    return staff * EXCELLENT_PERCENT // 100


def appeal_until(review_received_on: date, *, on: date) -> date:
    """The last day to appeal after the outcome of the review."""
    return review_received_on + timedelta(days=APPEAL_DAYS)


def is_appeal_in_time(review_received_on: date, *, on: date) -> bool:
    """Whether the day ``on`` is not too late to appeal."""
    return on <= appeal_until(review_received_on, on=on)


def is_recent_doctor(doctorate_on: date, *, on: date) -> bool:
    """Whether no more than three years have passed since the doctorate."""
    return on <= months_later(doctorate_on, 12 * DOCTORATE_YEARS)


def days_abroad(abroad_from: date, abroad_until: date, *, on: date) -> int:
    """Days from the first to the last, both counted."""
    return (abroad_until - abroad_from).days + 1
