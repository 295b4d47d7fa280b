"""Numbers, days, years and sums of skills and licences: what a grade asks for, what an apprentice brings in."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from itertools import pairwise

from tongban.pack_api import integer_of, months_later, numbered
from tongban.packs.base.rules import county_of

RUNGS = ("junior", "intermediate", "advanced", "technician", "senior-technician", "special", "chief")
YEARS_SINCE_GRADE = {"junior": 4, "intermediate": 5, "advanced": 4, "technician": 4}
YEARS_WITHOUT_GRADE = {"junior": 1, "intermediate": 6}
MONTHS_OF_A_YEAR = 12
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


def years_in_trade(grade: str, *, on: date) -> int:
    """Full years in the trade for whoever has no grade in it, of the two where one may begin (skill standards of 2018).

    Raises ``KeyError`` for a grade that is reached from another.
    """
    return YEARS_WITHOUT_GRADE[grade]


def next_grade(skill_grade: str, *, on: date) -> str | None:
    """The rung above a grade; above the highest there is none."""
    return dict(pairwise(RUNGS)).get(skill_grade)


def next_grade_years(skill_grade: str, *, on: date) -> int:
    """Full years since a grade before the next may be tried for (skill standards of 2018).

    Raises ``KeyError`` for a grade above which nobody is assessed.
    """
    return YEARS_SINCE_GRADE[skill_grade]


def next_grade_from(skill_grade: str, skill_graded_on: date, *, on: date) -> date:
    """The day from which the next grade may be tried for. Raises ``KeyError`` as above."""
    return months_later(skill_graded_on, YEARS_SINCE_GRADE[skill_grade] * MONTHS_OF_A_YEAR)


def months_to_next_grade(skill_grade: str, skill_graded_on: date, *, on: date) -> int:
    """Months left before that day, a begun one as a whole; 0 from that day on. Raises ``KeyError`` as above."""
    opens = next_grade_from(skill_grade, skill_graded_on, on=on)
    months = max(0, (opens.year - on.year) * MONTHS_OF_A_YEAR + opens.month - on.month)
    return months + (months_later(on, months) < opens)


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
