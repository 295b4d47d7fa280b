"""The months, shares and days of benefits are those of the articles that set them, on both sides of each boundary."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import tongban
from tongban.catalog.loader import functions_of
from tongban.catalog.vocabulary import Value

TODAY = date(2026, 11, 16)
PACKS = Path(tongban.__file__).parent / "packs"
RULES = functions_of(PACKS / "insurance_benefits")


def ruled(name: str, facts: dict[str, Value]) -> Value:
    """What a rule makes of these facts today."""
    return RULES[f"insurance-benefits/rules.{name}"](facts, 1, TODAY)


def derived(name: str, *values: Value) -> Value:
    """What an attribute is derived to be today."""
    return RULES[f"insurance-benefits/rules.{name}"](*values, on=TODAY)


@pytest.mark.parametrize(("level", "grade"), [("level-1", 1), ("level-10", 10), ("no-level", 0)])
def test_a_level_of_disability_is_a_grade_of_the_policy(level: str, grade: int) -> None:
    assert derived("grade_of", level) == grade


@pytest.mark.parametrize(
    ("day", "years"), [(date(2031, 11, 16), 5), (date(2031, 11, 15), 4), (date(2026, 11, 16), 0), (date(2020, 1, 1), 0)]
)
def test_years_until_a_day_are_full_years(day: date, years: int) -> None:
    assert derived("years_until", day) == years


def test_half_of_what_is_left_goes_along_beside_it_to_another_province() -> None:
    """Measures on claiming and paying unemployment benefit, article 22: 7 months of 1,890.00 and half of that again."""
    facts: dict[str, Value] = {"claimant.unemployment_months_left": 7, "claimant.unemployment_monthly_fen": 189_000}
    assert ruled("unemployment_moved_fen", facts) == 1_984_500
    assert ruled("unemployment_moved_fen", {**facts, "claimant.unemployment_monthly_fen": 1}) == 11


def test_a_reviewed_pension_is_so_much_more_or_less() -> None:
    facts: dict[str, Value] = {"change.new_pension_fen": 333_588, "pension.monthly_pension_fen": 358_976}
    assert ruled("pension_difference_fen", facts) == -25_388


@pytest.mark.parametrize(
    ("kinship", "is_alone", "percent"),
    [("spouse", False, 40), ("spouse", True, 50), ("child", False, 30), ("parent", True, 40)],
)
def test_a_dependant_draws_a_share_of_the_wage(kinship: str, is_alone: bool, percent: int) -> None:  # noqa: FBT001 -- one row of the table
    """Work Injury Insurance Regulation, article 39."""
    facts: dict[str, Value] = {"survivor.kinship": kinship, "survivor.is_alone": is_alone}
    rules = functions_of(PACKS / "social_insurance")
    assert rules["social-insurance/rules.dependant_percent"](facts, 1, TODAY) == percent


@pytest.mark.parametrize(
    ("paid", "carried", "months"),
    [
        (11, 0, 0), (12, 0, 12), (59, 0, 12), (60, 0, 18), (119, 0, 18), (120, 0, 24), (400, 0, 24),
        (12, 5, 17), (60, 10, 24), (0, 7, 7),
    ],
)  # fmt: skip
def test_unemployment_benefit_lasts_by_years_paid(paid: int, carried: int, months: int) -> None:
    """Social Insurance Law, article 46: 12, 18 and 24 months; what was left from last time comes on top, 24 at most."""
    assert derived("most_unemployment_months", paid, carried) == months


@pytest.mark.parametrize(("paid_months", "months"), [(30, 12), (60, 12), (61, 15), (72, 15), (73, 18)])
def test_a_disability_allowance_lasts_by_years_paid_where_they_are_short(paid_months: int, months: int) -> None:
    """Interim measures on the disability allowance: a year, and three months for each year begun after the fifth."""
    facts: dict[str, Value] = {
        "pension.total_months": paid_months,
        "insured.required_pension_months": 180,
        "insured.statutory_retirement_on": date(2040, 1, 1),
    }
    assert ruled("disability_months", facts) == months


def test_with_full_years_it_lasts_until_the_statutory_age() -> None:
    facts: dict[str, Value] = {
        "pension.total_months": 200,
        "insured.required_pension_months": 180,
        "insured.statutory_retirement_on": date(2027, 2, 16),
    }
    assert ruled("disability_months", facts) == 3


@given(st.dates(date(2020, 1, 1), date(2030, 12, 31)))
def test_the_days_of_a_work_injury_are_those_of_the_regulation(day: date) -> None:
    """Articles 17, 26 and 28: 30 days and a year to apply, 15 days to object, a year until a review."""
    due, closes = derived("injury_employer_due_on", day), derived("injury_claim_closes_on", day)
    objection, review = derived("objection_due_on", day), derived("review_opens_on", day)
    assert isinstance(due, date)
    assert isinstance(closes, date)
    assert isinstance(objection, date)
    assert ((due - day).days, (objection - day).days) == (30, 15)
    assert closes == review
    assert (closes.year, closes.month) == (day.year + 1, day.month)
    assert derived("is_injury_claim_open", day) is (closes >= TODAY)
    assert derived("is_objection_open", day) is (objection >= TODAY)
    assert derived("is_review_open", day) is (closes <= TODAY)


@given(st.integers(0, 10**8), st.integers(0, 10**8))
def test_a_device_is_paid_up_to_its_ceiling(price_fen: int, ceiling_fen: int) -> None:
    paid = ruled("device_paid_fen", {"device.price_fen": price_fen, "device.ceiling_fen": ceiling_fen})
    assert paid == min(price_fen, ceiling_fen)


@pytest.mark.parametrize(("size", "refund_fen"), [("micro", 60_000), ("medium", 60_000), ("large", 30_000)])
def test_large_employers_get_half_of_what_others_do(size: str, refund_fen: int) -> None:
    facts: dict[str, Value] = {"employer.unemployment_paid_fen": 100_000, "employer.size": size}
    assert ruled("steady_jobs_refund_fen", facts) == refund_fen
