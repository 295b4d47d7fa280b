"""What employment and labour services let in: the thresholds of the laws they cite, on both sides of each line."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

import tongban
from tongban.catalog.conditions import UNKNOWN, Unknown
from tongban.catalog.loader import functions_of
from tongban.catalog.model import Catalog
from tongban.catalog.vocabulary import Value
from tongban.publication.files import tree

PACKS = Path(tongban.__file__).parent / "packs"
TODAY = date(2026, 11, 16)
base, employment, labour = (functions_of(PACKS / name) for name in ("base", "employment", "labour"))


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    return tree()


def refused(catalog: Catalog, service: str, **facts: Value) -> list[str]:
    """The articles by which a service refuses these facts (``__`` for the dot); what is not said decides nothing."""
    said = {name.replace("__", "."): value for name, value in facts.items()}

    def lookup(fact: str) -> Value | Unknown:
        return said.get(fact, UNKNOWN)

    return [one.because.articles for one in catalog.services[service].requires if one.that.evaluate(lookup) is False]


@pytest.mark.parametrize(
    ("sex", "age", "is_refused"),
    [("female", 40, False), ("female", 39, True), ("male", 49, True), ("male", 50, False)],
)
def test_age_makes_women_hard_to_employ_from_40_and_men_from_50(
    catalog: Catalog,
    sex: str,
    age: int,
    is_refused: bool,  # noqa: FBT001 -- one row of the table
) -> None:
    """Employment Promotion Law, article 52."""
    why = refused(
        catalog,
        "employment/hardship-recognition",
        hardship__ground="older",
        person__sex=sex,
        person__age=age,
        person__unemployment_registered=True,
    )
    assert why == (["52"] if is_refused else [])


@pytest.mark.parametrize(
    ("months", "kind", "still_employed", "limit_broken", "why"),
    [
        (11, "compensation", False, None, []),
        (12, "compensation", False, False, ["27"]),
        (12, "compensation", False, True, []),
        (30, "pay", True, False, []),
        (30, "pay", False, False, ["27"]),
    ],
)
def test_a_year_is_the_limit_of_arbitration_but_for_pay_while_employed(
    catalog: Catalog,
    months: int,
    kind: str,
    still_employed: bool,  # noqa: FBT001 -- as above
    limit_broken: bool | None,  # noqa: FBT001 -- as above
    why: list[str],
) -> None:
    """Law on Mediation and Arbitration of Labour Disputes, article 27."""
    assert why == refused(
        catalog,
        "labour/arbitration",
        dispute__months_known=months,
        dispute__kind=kind,
        dispute__still_employed=still_employed,
        dispute__limit_broken=limit_broken,
    )


@pytest.mark.parametrize(
    ("dismissed", "permille", "days", "why"),
    [(20, 10, 30, []), (19, 99, 30, ["41"]), (19, 100, 30, []), (20, 10, 29, ["41"])],
)
def test_twenty_people_or_a_tenth_of_the_staff_are_reported_thirty_days_after_they_were_told(
    catalog: Catalog, dismissed: int, permille: int, days: int, why: list[str]
) -> None:
    """Labour Contract Law, article 41."""
    assert why == refused(
        catalog,
        "labour/redundancy-report",
        redundancy__dismissed=dismissed,
        redundancy__dismissed_permille=permille,
        redundancy__days_since_told=days,
    )


@pytest.mark.parametrize(
    ("ground", "protected", "union_told", "why"),
    [
        ("resigned", None, None, []),
        ("misconduct", None, False, ["43"]),
        ("redundancy", True, True, ["42"]),
        ("no-fault", False, True, []),
    ],
)
def test_who_may_not_be_dismissed_is_not_filed_as_dismissed(
    catalog: Catalog,
    ground: str,
    protected: bool | None,  # noqa: FBT001 -- one row of the table
    union_told: bool | None,  # noqa: FBT001 -- as above
    why: list[str],
) -> None:
    """Labour Contract Law, articles 42 and 43."""
    assert why == refused(
        catalog,
        "labour/contract-ending-filing",
        leaving__ground=ground,
        leaving__protected=protected,
        leaving__union_told=union_told,
        leaving__proof_given=True,
    )


@pytest.mark.parametrize(("staff", "permille", "why"), [(100, 99, True), (100, 100, False), (101, 50, False)])
def test_a_small_firm_is_lent_money_for_a_tenth_of_new_people_or_a_twentieth_above_a_hundred(
    catalog: Catalog,
    staff: int,
    permille: int,
    why: bool,  # noqa: FBT001 -- one row of the table
) -> None:
    """As 财金〔2023〕75号 is quoted; the figure is marked unverified where it stands."""
    found = refused(
        catalog, "employment/small-firm-loan", borrower__staff_count=staff, borrower__key_group_permille=permille
    )
    assert bool(found) is why


@pytest.mark.parametrize(
    ("first", "last", "months"),
    [
        (date(2026, 6, 30), date(2026, 11, 29), 4),
        (date(2026, 6, 30), date(2026, 11, 30), 5),
        (date(2027, 1, 1), date(2026, 11, 16), -2),
    ],
)
def test_months_are_full_months(first: date, last: date, months: int) -> None:
    """A month is full on the same day of the next."""
    assert base["base/rules.months_between"](first, last, on=TODAY) == months
    assert base["base/rules.months_since"](first, on=last) == months


def test_amounts_by_a_formula_are_rounded_down_to_the_fen() -> None:
    """Two thirds of contributions, half of interest."""
    contributions = {"person.own_contributions_fen": 100_000}
    assert employment["employment/rules.two_thirds_of_contributions"](contributions, 1, TODAY) == 66_666
    assert employment["employment/rules.half_of_interest"]({"startup.interest_paid_fen": 333}, 1, TODAY) == 166


@pytest.mark.parametrize(
    ("on", "until"),
    [(TODAY, date(2029, 11, 15)), (date(2028, 2, 29), date(2031, 2, 28)), (date(2026, 3, 1), date(2029, 2, 28))],
)
def test_a_dispatch_licence_lasts_three_years_less_a_day(on: date, until: date) -> None:
    """劳务派遣行政许可实施办法."""
    assert labour["labour/rules.licence_ends_on"]({}, 1, on) == until
