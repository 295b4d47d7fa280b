"""Numbers, days, years and sums of skills and licences: what a grade asks for, what an apprentice brings in."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from tongban.pack_api import integer_of, months_later, numbered
from tongban.packs.base.rules import county_of

RUNGS = ("junior", "intermediate", "advanced", "technician", "senior-technician")
YEARS_REQUIRED = {"junior": 1, "intermediate": 4, "advanced": 5, "technician": 4, "senior-technician": 4}
NO_GRADE = "no-grade"
YEARS_WITHOUT_GRADE = {"junior": 1, "intermediate": 6}
APPRENTICE_FEN = {"intermediate": 500_000, "advanced": 600_000}
CLAIM_MONTHS = 12
ANNOUNCED_MONTHS = 6
ADULT_YEARS = 18


def matter_number(facts: Mapping[str, object], serial: int, on: date) -> str:
    """The number of a matter of skills or licences: the year and seven digits."""
    return numbered("JN", serial, on)


def licence_number(facts: Mapping[str, object], serial: int, on: date) -> str:
    """The number of a licence: the county, which is the one fact given, the year and six digits."""
    (region,) = facts.values()
    return f"{county_of(region)}{on:%Y}{serial % 1_000_000:06d}"


def apprentice_subsidy_fen(facts: Mapping[str, object], serial: int, on: date) -> int:
    """5,000 yuan for each who reached the middle grade, 6,000 for the higher."""
    return integer_of(facts, "apprenticeship.passed") * APPRENTICE_FEN[str(facts["apprenticeship.agreed_grade"])]


def years_required(grade: str, grade_held: str, *, on: date) -> int:
    """Full years since the grade below; for whoever has none, in the whole trade (skill standards of 2018)."""
    years = YEARS_WITHOUT_GRADE if grade_held == NO_GRADE else YEARS_REQUIRED
    return years.get(grade, YEARS_REQUIRED[grade])


def is_next_rung(grade: str, grade_held: str, *, on: date) -> bool:
    """Whether the grade may be applied for from the one that is held: the next above, or the two lowest without any."""
    if grade_held == NO_GRADE:
        return grade in YEARS_WITHOUT_GRADE
    return RUNGS.index(grade) == RUNGS.index(grade_held) + 1


def is_claim_in_time(certified_on: date, *, on: date) -> bool:
    """Whether no more than twelve months have passed since the certificate."""
    return on <= months_later(certified_on, CLAIM_MONTHS)


def is_announced_long_enough(announced_on: date, *, on: date) -> bool:
    """Whether six months have passed since the announcement."""
    return on >= months_later(announced_on, ANNOUNCED_MONTHS)


def third_of_board(board: int, *, on: date) -> int:
    """A third of the board, rounded up."""
    return -(-board // 3)


def half_of_board(board: int, *, on: date) -> int:
    """Half of the board, rounded up."""
    return -(-board // 2)


def is_adult(foreigner_born_on: date, *, on: date) -> bool:
    """Whether the foreigner is eighteen."""
    return on >= months_later(foreigner_born_on, ADULT_YEARS * 12)
