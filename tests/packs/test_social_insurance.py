"""The rules of social insurance against worked examples, a plain loop, what law implies, and themselves as columns."""

from __future__ import annotations

from datetime import date
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.examples import examples
from tests.packs.amounts import TODAY, calc

from tongban.policy import PolicyError, lines, reckon
from tongban.policy.columns import reckon_columns
from tongban.policy.values import bounds, month_of
from tongban.publication.files import tree

CATEGORIES = ("male-60", "female-55", "female-50")
MONTHS = st.integers(1950 * 12, 2010 * 12)
WAGES = st.integers(0, 5_000_000)


def month(number: int) -> str:
    return f"{number // 12}-{number % 12 + 1:02d}"


def refused(rule: str, on: date = TODAY, /, **facts: object) -> str:
    with pytest.raises(PolicyError) as caught:
        calc(rule, on, **facts)
    return caught.value.code


DECISION = "examples of the tables to the decision of 2024-09-13"
RETIREMENT = [
    ("1965-01", "male-60", "2025-02", 1),
    ("1963-12", "male-60", "2023-12", 0),
    ("1964-12", "male-60", "2024-12", 0),
    ("1965-04", "male-60", "2025-05", 1),
    ("1965-05", "male-60", "2025-07", 2),
    ("1976-08", "male-60", "2039-07", 35),
    ("1976-09", "male-60", "2039-09", 36),
    ("1995-12", "male-60", "2058-12", 36),
    ("1971-04", "female-55", "2026-08", 4),
    ("2000-12", "female-55", "2058-12", 36),
    ("1975-01", "female-50", "2025-02", 1),
    ("1995-12", "female-50", "2050-12", 60),
]


@pytest.mark.parametrize(("born", "category", "month_", "delay"), RETIREMENT)
def test_retirement_is_that_of_the_official_table(born: str, category: str, month_: str, delay: int) -> None:
    found = calc("retirement-age", birth_month=born, category=category)
    assert (found["retirement_month"], found["delay_months"]) == (month_, delay), DECISION


def by_a_plain_loop(born: int, category: str) -> int:
    """The month of retirement, by letting the age rise month after month of birth as the decision words it."""
    former, step, most = {"male-60": (60, 4, 36), "female-55": (55, 4, 36), "female-50": (50, 2, 60)}[category]
    delay, in_step = 0, 0
    at_birth = (2025 - former) * 12
    while at_birth <= born:
        if in_step == 0 and delay < most:
            delay += 1
        in_step = (in_step + 1) % step
        at_birth += 1
    return born + former * 12 + delay


@pytest.mark.parametrize("category", CATEGORIES)
def test_every_month_of_birth_agrees_with_a_plain_loop(category: str) -> None:
    for born in range(1955 * 12, 2006 * 12, 5):
        found = calc("retirement-age", birth_month=month(born), category=category)
        assert found["retirement_month"] == month(by_a_plain_loop(born, category)), month(born)


@given(MONTHS, st.sampled_from(CATEGORIES))
@settings(max_examples=examples(30))
def test_whoever_is_born_later_never_retires_sooner_and_choice_is_three_years(born: int, category: str) -> None:
    one, next_ = (calc("retirement-age", birth_month=month(each), category=category) for each in (born, born + 1))
    assert one["retirement_month"] < next_["retirement_month"]
    assert 0 <= next_["delay_months"] - one["delay_months"] <= 1
    assert one["earliest_month"] <= one["retirement_month"] < one["latest_month"]


@pytest.mark.parametrize(
    ("retire", "months"),
    [
        ("2024-12", 180),
        ("2029-12", 180),
        ("2030-01", 186),
        ("2031-06", 192),
        ("2038-12", 234),
        ("2039-01", 240),
        ("2058-12", 240),
    ],
)
def test_the_months_required_rise_by_six_a_year_from_2030(retire: str, months: int) -> None:
    assert calc("minimum-years", retirement_month=retire) == {"months": months}


def test_early_retirement_is_dated_and_says_that_its_ages_are_unverified() -> None:
    found = calc("early-retirement", birth_month="1975-05", category="male-60")
    assert found == {"special_work_month": "2030-05", "illness_month": "2025-05", "notice_months": 3}
    figures = tree().rulebook.figures("hrss/early-retirement")
    ages = ("special_work_age_years", "illness_age_years", "notice_months")
    assert {figures[name].status for name in ages} == {"unverified"}


@pytest.mark.parametrize(
    ("principal", "due", "paid", "days", "fee"),
    [
        (10_000_000, "2026-08-15", "2026-11-22", 99, 495_000),
        (100_000, "2011-07-01", "2011-07-11", 10, 500),
        (100_000, "2011-06-30", "2011-07-10", 10, 2_000),
        (1_000, "2024-01-01", "2024-01-01", 0, 0),
        (1_000, "2024-01-01", "2024-01-02", 1, 1),
        (999, "2024-01-01", "2024-01-02", 1, 0),
        (123_456_789, "2024-02-28", "2024-03-01", 2, 123_457),
    ],
)
def test_late_fees_are_simple_and_go_by_the_day_of_default(
    principal: int, due: str, paid: str, days: int, fee: int
) -> None:
    """Social Insurance Law 86: 0.05 % a day; before 2011-07-01 the Regulation's 0.2 %."""
    assert calc("late-fee", principal_fen=principal, due=due, paid=paid) == {"days": days, "fee_fen": fee}


@pytest.mark.parametrize(
    ("month_", "wage", "class_", "expected"),
    [
        ("2025-11", 650_000, 4, (650_000, 104_000, 52_000, 4_550, 1_950, 5_850)),
        ("2025-11", 300_000, 1, (407_200, 65_152, 32_576, 2_850, 1_222, 814)),
        ("2025-11", 9_000_000, 8, (2_036_100, 325_776, 162_888, 14_253, 6_108, 38_686)),
        ("2024-06", 400_000, 2, (402_700, 64_432, 32_216, 2_819, 1_208, 1_611)),
        ("2022-01", 360_401, 3, (360_401, 57_664, 28_832, 2_523, 1_081, 2_523)),
        ("2021-12", 2_000_000, 7, (1_638_000, 262_080, 131_040, 11_466, 4_914, 26_208)),
    ],
)
def test_contributions_are_reckoned_to_the_fen(month_: str, wage: int, class_: int, expected: tuple[int, ...]) -> None:
    """Bounds and rates of policy 4.1 and 4.2, reckoned with a pencil."""
    found = calc("contribution", month=month_, monthly_wage_fen=wage, industry_class=class_)
    names = ("base", "pension_employer", "pension_employee", "unemployment_employer", "unemployment_employee")
    assert tuple(found[f"{name}_fen"] for name in (*names, "injury_employer")) == expected


@given(WAGES, st.integers(0, 100_000), st.integers(1, 8))
@settings(max_examples=examples(30))
def test_whoever_earns_more_never_pays_less(wage: int, more: int, class_: int) -> None:
    one, other = (
        calc("contribution", month="2025-11", monthly_wage_fen=each, industry_class=class_)
        for each in (wage, wage + more)
    )
    assert [name for name in one if one[name] > other[name]] == []


def test_floating_levels_raise_and_lower_the_injury_rate_but_class_1_never_falls() -> None:
    facts = {"month": "2025-11", "monthly_wage_fen": 1_000_000}
    levels = ("down-2", "down-1", "base", "up-1", "up-2")
    found = {
        class_: [
            calc("contribution", **facts, industry_class=class_, injury_level=one)["injury_employer_fen"]
            for one in levels
        ]
        for class_ in (1, 8)
    }
    assert found == {1: [2_000, 2_000, 2_000, 2_400, 3_000], 8: [9_500, 15_200, 19_000, 22_800, 28_500]}


PENSION = {"birth_month": "1966-02", "retirement_month": "2026-11", "average_index": 10_000, "account_fen": 12_000_000}


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({"paid_months": 300}, (171_075, 86_331, 0, 257_406)),
        ({"paid_months": 300, "deemed_months": 60}, (205_290, 86_331, 44_480, 336_101)),
        ({"paid_months": 180, "average_index": 6_000}, (82_116, 86_331, 0, 168_447)),
        ({"paid_months": 179}, (102_075, 86_331, 0, 0)),
    ],
)
def test_a_pension_is_basic_account_and_transitional(facts: dict[str, int], expected: tuple[int, ...]) -> None:
    """Base 6,843 yuan, divisor 139 at sixty, coefficient 1.3 %: policy 4.3 and 4.4, reckoned with a pencil."""
    found = calc("pension", **{**PENSION, **facts})
    assert (found["basic_fen"], found["from_account_fen"], found["transitional_fen"], found["pension_fen"]) == expected


@pytest.mark.parametrize(
    ("born", "divisor"),
    [("1986-11", 233), ("1966-12", 145), ("1966-11", 139), ("1965-12", 139), ("1963-11", 117), ("1940-01", 56)],
)
def test_the_divisor_goes_by_full_years_within_the_table(born: str, divisor: int) -> None:
    assert calc("pension", **{**PENSION, "birth_month": born, "paid_months": 300})["divisor_months"] == divisor


@given(st.integers(0, 480), st.integers(0, 24), st.integers(4_000, 30_000))
@settings(max_examples=examples(30))
def test_whoever_paid_longer_never_gets_less(months: int, more: int, index: int) -> None:
    one, other = (
        calc("pension", **{**PENSION, "paid_months": each, "average_index": index}) for each in (months, months + more)
    )
    assert one["pension_fen"] <= other["pension_fen"]


def test_an_estimate_goes_on_as_it_is_now() -> None:
    facts: dict[str, object] = {
        "month": "2026-11",
        "birth_month": "1966-08",
        "retirement_month": "2027-12",
        "category": "male-60",
    }
    facts |= {
        "monthly_wage_fen": 650_000,
        "paid_months_now": 300,
        "account_now_fen": 12_000_000,
        "average_index": 10_000,
    }
    found = calc("pension-estimate", **facts)
    assert (found["total_months"], found["account_fen"], found["paid_until_then_fen"]) == (313, 12_676_000, 676_000)
    assert found["pension_fen"] == 178_488 + found["from_account_fen"]


def test_a_transfer_moves_account_and_twelve_percent_and_nothing_within_the_province() -> None:
    facts = {"month": "2026-11", "account_fen": 6_000_000, "employer_bases_fen": 50_000_001}
    assert calc("pension-transfer", **facts)["transferred_fen"] == 12_000_000
    assert calc("pension-transfer", **facts, within_province=1)["transferred_fen"] == 0


def test_what_rules_share_is_declared_once_and_asked_in_each_rules_own_order() -> None:
    book = tree().rulebook
    assert list(book.inputs("social-insurance/contribution"))[:3] == ["month", "monthly_wage_fen", "industry_class"]
    estimate = book.inputs("social-insurance/pension-estimate")
    assert list(estimate)[:3] == ["birth_month", "category", "retirement_month"]
    attribute = tree().types["base/Person"].attributes["retirement_category"]
    assert estimate["category"].options == attribute.options


def test_smaller_rules() -> None:
    on = {"month": "2025-11"}
    assert calc("undeclared-contribution", **on, last_month_amount_fen=12_345) == {"amount_fen": 13_580}
    assert calc("flexible-contribution", **on, monthly_wage_fen=0)["pension_fen"] == 81_440
    assert calc("medical-contribution", **on, monthly_wage_fen=650_000)["medical_employer_fen"] == 52_000
    assert calc("resident-pension", **on, account_fen=1_390_000)["from_account_fen"] == 10_000
    assert calc("resident-contribution", **on, paid_fen=0) == {"subsidy_fen": 0, "to_account_fen": 0}
    assert calc("resident-contribution", **on, paid_fen=49_999)["subsidy_fen"] == 3_000
    assert calc("resident-contribution", **on, paid_fen=50_000)["to_account_fen"] == 56_000
    interest = calc("account-interest", **on, opening_fen=1_000_000, monthly_fen=10_000, paid_months=12)
    assert interest == {"opening_interest_fen": 15_000, "credited_interest_fen": 975, "closing_fen": 1_135_975}


@pytest.mark.parametrize(
    ("rule", "facts", "code"),
    [
        ("contribution", {"month": "2025-11", "monthly_wage_fen": -1, "industry_class": 1}, "out-of-range"),
        ("contribution", {"month": "2025-11", "monthly_wage_fen": 10**9, "industry_class": 1}, "out-of-range"),
        ("contribution", {"month": "2025-11", "monthly_wage_fen": 1, "industry_class": 9}, "out-of-range"),
        ("contribution", {"month": "2009-11", "monthly_wage_fen": 1, "industry_class": 1}, "no-rule-in-force"),
        ("contribution", {"month": "2020-12", "monthly_wage_fen": 1, "industry_class": 1}, "no-parameter-in-force"),
        ("contribution", {"month": "2027-01", "monthly_wage_fen": 1, "industry_class": 1}, "no-parameter-in-force"),
        ("retirement-age", {"birth_month": "2026-12", "category": "male-60"}, "out-of-range"),
        ("retirement-age", {"birth_month": "1965-01", "category": "man-60"}, "wrong-value"),
        ("late-fee", {"principal_fen": 1, "due": "2026-01-02", "paid": "2026-01-01"}, "out-of-range"),
        ("late-fee", {"principal_fen": 1, "due": "1998-01-02", "paid": "2026-01-01"}, "no-rule-in-force"),
        ("minimum-years", {"retirement_month": "2011-06"}, "no-rule-in-force"),
        ("minimum-years", {}, "missing-fact"),
    ],
)
def test_what_cannot_be_answered_is_refused(rule: str, facts: dict[str, Any], code: str) -> None:
    assert refused(rule, **facts) == code


def test_before_the_reform_no_rule_of_it_is_in_force() -> None:
    facts = {"birth_month": "1965-01", "category": "male-60"}
    assert refused("retirement-age", date(2024, 12, 31), **facts) == "no-rule-in-force"


def test_a_figure_without_a_source_is_marked_wherever_it_is_used() -> None:
    book = tree().rulebook
    facts = {"month": "2026-11", "monthly_wage_fen": 650_000, "industry_class": 2}
    told = {line.name: line.status for line in lines(book, reckon(book, "contribution", facts, TODAY))}
    assert (told["base_floor_fen"], told["pension_employer_rate"]) == ("unverified", "secondary")
    unsourced = [
        (one.id, value.status)
        for one in book.parameters.values()
        for value in one.values
        if value.because is None and value.status != "unverified"
    ]
    assert unsourced == []


RULES = sorted(tree().rulebook.rules)


@pytest.mark.parametrize("rule", RULES)
def test_columns_give_what_integers_give(rule: str) -> None:
    """For random inputs within the bounds, row by row and figure by figure."""
    book = tree().rulebook
    inputs = book.inputs(rule)
    at = book.rules[rule].at
    on = date(2025, 11, 1)

    def values(name: str) -> st.SearchStrategy[int | str]:
        one = inputs[name]
        if one.kind == "choice":
            return st.sampled_from([option.value for option in one.options])
        if name == at:
            return st.just(month_of(on) if one.kind == "month" else on.toordinal())
        least, most = bounds(one, on)
        from_ = least if isinstance(least, int) else on.toordinal() if one.kind == "date" else month_of(on)
        return st.integers(from_, most if isinstance(most, int) else month_of(on))

    @given(st.lists(st.fixed_dictionaries({name: values(name) for name in inputs}), min_size=1, max_size=8))
    @settings(max_examples=examples(8), database=None)
    def agree(rows: list[dict[str, int | str]]) -> None:
        wide = {name: [row[name] for row in rows] for name in inputs}
        table = reckon_columns(book, rule, pl.DataFrame(wide), on)
        figures = list(book.figures(rule))
        for index, row in enumerate(rows):
            told = {name: _told(inputs[name].kind, value) for name, value in row.items()}
            singly = reckon(book, rule, told, on).values
            assert {name: table[name][index] for name in figures} == {name: singly[name] for name in figures}

    agree()


def _told(kind: str, value: int | str) -> int | str | date:
    if isinstance(value, str) or kind not in {"month", "date"}:
        return value
    return month(value) if kind == "month" else date.fromordinal(value)
