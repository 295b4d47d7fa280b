"""What is paid when work ends, when somebody is hurt, when somebody dies: worked examples, and what law implies."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.examples import examples
from tests.packs.amounts import calc

WAGES = st.integers(0, 5_000_000)


@pytest.mark.parametrize(
    ("paid", "unused", "months"),
    [
        (11, 0, 0),
        (11, 12, 12),
        (12, 0, 12),
        (59, 0, 12),
        (60, 0, 18),
        (119, 0, 18),
        (120, 0, 24),
        (60, 6, 24),
        (120, 24, 24),
    ],
)
def test_unemployment_months_are_those_of_the_law(paid: int, unused: int, months: int) -> None:
    """Social Insurance Law 45 and 46; what was left is drawn on even where less than a year was paid since."""
    found = calc("unemployment-benefit", month="2026-11", paid_months=paid, unused_months=unused)
    assert found["benefit_months"] == months
    assert found["total_benefit_fen"] == months * found["monthly_benefit_fen"] == months * 189_000


@pytest.mark.parametrize(
    ("wage", "grade", "care", "expected"),
    [
        (700_000, 1, "wholly", (18_900_000, 630_000, 339_350)),
        (700_000, 4, "partly", (14_700_000, 525_000, 203_610)),
        (300_000, 6, "no-care", (6_515_520, 244_332, 0)),
        (300_000, 10, "no-care", (2_850_540, 0, 0)),
        (9_000_000, 7, "mostly", (26_469_300, 0, 271_480)),
    ],
)
def test_injury_benefits_go_by_grade(wage: int, grade: int, care: str, expected: tuple[int, ...]) -> None:
    """Work Injury Regulation 34 to 37 and 64: own wage between 60 and 300 % of 6,787 yuan."""
    found = calc("injury-benefit", month="2025-11", monthly_wage_fen=wage, grade=grade, care=care)
    assert (found["lump_sum_fen"], found["allowance_fen"], found["care_fen"]) == expected


@given(WAGES, st.integers(1, 9))
@settings(max_examples=examples(30))
def test_a_graver_injury_never_gives_less(wage: int, grade: int) -> None:
    grave, light = (
        calc("injury-benefit", month="2025-11", monthly_wage_fen=wage, grade=each) for each in (grade, grade + 1)
    )
    assert grave["lump_sum_fen"] > light["lump_sum_fen"]
    assert grave["allowance_fen"] >= light["allowance_fen"]


@pytest.mark.parametrize(("years", "share"), [(5, 100), (20, 100), (4, 80), (1, 20), (0, 0)])
def test_grants_at_the_end_shrink_within_five_years_of_retirement(years: int, share: int) -> None:
    found = calc("injury-ending", month="2025-11", grade=5, years_to_retirement=years)
    assert found == {
        "medical_grant_fen": 24 * 678_700 * share // 100,
        "employment_grant_fen": 36 * 678_700 * share // 100,
    }


def test_a_death_at_work_gives_the_published_grant_and_dependants_never_more_than_the_wage() -> None:
    """20 times 54,188 yuan is 1,083,760 yuan, as the standard of 2025 prints it."""
    facts = {"month": "2025-11", "monthly_wage_fen": 1_000_000, "spouses": 1}
    found = calc("work-death", **facts, other_dependants=1)
    assert found == {"funeral_fen": 4_072_200, "grant_fen": 108_376_000, "dependants_fen": 700_000}
    assert calc("work-death-grant", month="2025-11") == {"funeral_fen": 4_072_200, "grant_fen": 108_376_000}
    assert calc("work-death", **facts, other_dependants=1, alone=1)["dependants_fen"] == 800_000
    assert calc("work-death", **facts, other_dependants=3)["dependants_fen"] == 1_000_000


@pytest.mark.parametrize(
    ("paid", "received", "months"),
    [
        (59, 0, 3),
        (60, 0, 6),
        (119, 0, 6),
        (120, 0, 9),
        (360, 60, 19),
        (191, 0, 9),
        (192, 0, 10),
        (480, 0, 24),
        (480, 240, 9),
        (24, 99, 9),
        (24, 0, 3),
    ],
)
def test_survivors_get_months_by_years_insured(paid: int, received: int, months: int) -> None:
    """Measures of 2021, 5: nine at least after somebody who drew a pension."""
    found = calc("survivor-benefit", month="2025-11", paid_months=paid, received_months=received)
    assert found["grant_months"] == months
