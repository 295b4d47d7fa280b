"""What the rules of titles, skills, licences and cards must give: years and rungs, limits of days, sums and numbers."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import tongban
from tongban.catalog.loader import functions_of
from tongban.clock import months_later

PACKS = Path(tongban.__file__).parent / "packs"
TODAY = date(2026, 11, 22)
DAYS = st.dates(date(2000, 1, 1), date(2040, 12, 31))
RUNGS = ("junior", "intermediate", "advanced", "technician", "senior-technician", "special", "chief")
talent, skills, card = (functions_of(PACKS / name) for name in ("talent", "skills", "social_card"))


@pytest.mark.parametrize(
    ("level", "education", "years"),
    [
        ("junior", "bachelor", 1),
        ("intermediate", "doctor", 0),
        ("intermediate", "master", 2),
        ("intermediate", "bachelor", 4),
        ("associate", "doctor", 2),
        ("associate", "bachelor", 5),
        ("senior", "doctor", 5),
    ],
)
def test_a_title_asks_for_the_years_that_the_guidance_for_engineers_has(level: str, education: str, years: int) -> None:
    """人社部发〔2019〕16号, annex."""
    assert talent["talent/rules.years_required"](level, education, on=TODAY) == years


@pytest.mark.parametrize(("public", "professional", "is_full"), [(30, 60, True), (31, 60, False), (0, 89, False)])
def test_a_year_of_study_is_full_with_ninety_hours_of_which_two_thirds_are_professional(
    public: int, professional: int, *, is_full: bool
) -> None:
    """专业技术人员继续教育规定, article 8."""
    assert talent["talent/rules.is_year_full"](public, professional, on=TODAY) is is_full


@given(DAYS)
def test_an_appeal_is_in_time_up_to_its_last_day(received: date) -> None:
    """The day that is shown as the last is the last."""
    last = talent["talent/rules.appeal_until"](received, on=TODAY)
    in_time = talent["talent/rules.is_appeal_in_time"]
    assert isinstance(last, date)
    assert in_time(received, on=last) is True
    assert in_time(received, on=last + timedelta(days=1)) is False


@given(st.integers(0, 100_000))
def test_never_more_than_a_fifth_may_be_excellent(staff: int) -> None:
    """Rounded down: one more would be over a fifth."""
    most = talent["talent/rules.most_excellent"](staff, on=TODAY)
    assert isinstance(most, int)
    assert most * 5 <= staff < (most + 1) * 5


def test_a_doctorate_is_recent_for_three_years_to_the_day() -> None:
    """A doctorate of a leap day ages on the 28th of common years."""
    is_recent = talent["talent/rules.is_recent_doctor"]
    assert is_recent(date(2024, 2, 29), on=date(2027, 2, 28)) is True
    assert is_recent(date(2024, 2, 29), on=date(2027, 3, 1)) is False


@given(DAYS)
def test_a_committee_is_on_file_for_three_years_less_a_day(on: date) -> None:
    """The filing ends before the same day comes for the third time."""
    until = talent["talent/rules.three_years_later"]({}, 1, on)
    assert isinstance(until, date)
    assert timedelta(days=1094) <= until - on <= timedelta(days=1095)


def test_the_ladder_of_skills_is_climbed_rung_by_rung() -> None:
    """From a grade only the next leads on; above the highest there is none."""
    above = skills["skills/rules.next_grade"]
    assert [above(rung, on=TODAY) for rung in RUNGS] == [*RUNGS[1:], None]


@pytest.mark.parametrize(
    ("rule", "grade", "years"),
    [
        ("years_in_trade", "junior", 1),
        ("years_in_trade", "intermediate", 6),
        ("next_grade_years", "junior", 4),
        ("next_grade_years", "intermediate", 5),
        ("next_grade_years", "advanced", 4),
        ("next_grade_years", "technician", 4),
    ],
)
def test_a_grade_asks_for_the_years_of_the_skill_standards(rule: str, grade: str, years: int) -> None:
    """国家职业技能标准编制技术规程（2018年版）."""
    assert skills[f"skills/rules.{rule}"](grade, on=TODAY) == years


@given(DAYS, DAYS, st.sampled_from(RUNGS[:4]))
def test_the_next_grade_is_open_from_its_day_and_no_month_is_left_then(held_from: date, on: date, grade: str) -> None:
    """A begun month counts whole, so that nobody is told 0 before the day."""
    opens = skills["skills/rules.next_grade_from"](grade, held_from, on=on)
    left = skills["skills/rules.months_to_next_grade"](grade, held_from, on=on)
    assert isinstance(opens, date)
    assert isinstance(left, int)
    assert (left == 0) is (on >= opens)
    assert left == 0 or months_later(on, left - 1) < opens <= months_later(on, left)


@given(st.integers(1, 500))
def test_each_certified_apprentice_brings_the_sum_of_the_grade(passed: int) -> None:
    """5,000 yuan for the intermediate grade, 6,000 for the advanced."""
    rule = skills["skills/rules.apprentice_subsidy_fen"]
    facts = {"apprenticeship.passed": passed, "apprenticeship.agreed_grade": "intermediate"}
    assert rule(facts, 1, TODAY) == passed * 500_000
    assert rule(facts | {"apprenticeship.agreed_grade": "advanced"}, 1, TODAY) == passed * 600_000


@given(st.integers(1, 1_000))
def test_parts_of_a_board_are_rounded_up(board: int) -> None:
    """A third and a half are reached, and with one member fewer they are not."""
    third, half = (skills[f"skills/rules.{name}"](board, on=TODAY) for name in ("third_of_board", "half_of_board"))
    assert isinstance(third, int)
    assert isinstance(half, int)
    assert (third - 1) * 3 < board <= third * 3
    assert (half - 1) * 2 < board <= half * 2


def test_an_end_is_announced_six_months_ahead_and_a_claim_made_within_twelve() -> None:
    """To the day, at most the last of a shorter month."""
    announced, in_time = (skills[f"skills/rules.{name}"] for name in ("is_announced_long_enough", "is_claim_in_time"))
    assert [announced(date(2026, 8, 31), on=on) for on in (date(2027, 2, 27), date(2027, 2, 28))] == [False, True]
    assert [in_time(date(2025, 11, 22), on=on) for on in (TODAY, TODAY + timedelta(days=1))] == [True, False]


def test_a_foreigner_may_work_from_the_eighteenth_birthday() -> None:
    """Not a day earlier."""
    is_adult = skills["skills/rules.is_adult"]
    assert is_adult(date(2008, 11, 22), on=TODAY) is True
    assert is_adult(date(2008, 11, 23), on=TODAY) is False


def test_a_licence_bears_the_county_of_the_one_who_gets_it() -> None:
    """County, year and six digits."""
    assert skills["skills/rules.licence_number"]({"agency.region": "430281001"}, 7, TODAY) == "4302812026000007"


@given(DAYS)
def test_a_card_is_valid_for_ten_years(on: date) -> None:
    """To the same day; a card of a leap day to the 28th where there is none."""
    until = card["social-card/rules.card_expires_on"]({}, 1, on)
    assert isinstance(until, date)
    assert (until.year, until.month) == (on.year + 10, on.month)
    assert until.day == on.day or (on.day, until.day) == (29, 28)
