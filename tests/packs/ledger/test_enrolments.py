"""Coming into insurances, leaving, being corrected: what is held true, what was known when, and what refuses to be."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from tests.packs.ledger.books import (
    FIRM,
    MAY,
    OTHER,
    THREE,
    at,
    declared,
    hired,
    hiring,
    left,
    months,
)

from tongban.pack_api import RefusedError
from tongban.packs.social_insurance.ledger.declarations import Declared
from tongban.packs.social_insurance.ledger.enrolments import Period, enrol, make_good, periods_of
from tongban.packs.social_insurance.models import Enrolment, Wage

pytestmark = pytest.mark.django_db
ANA = 7


def test_a_hire_enrols_in_three_insurances_with_a_wage_and_a_rated_employer() -> None:
    hired(ANA, case="A/1")
    assert periods_of(ANA) == [Period(kind, FIRM, MAY, None, "430211", "A/1") for kind in sorted(THREE)]
    assert list(Wage.objects.values_list("insured", "employer", "first_month", "wage_fen")) == [
        (ANA, FIRM, MAY, 650_000)
    ]


def test_a_case_that_comes_again_changes_nothing() -> None:
    for _ in range(2):
        hired(ANA, case="A/1")
        left(ANA, MAY + 3, case="B/1")
        declared(ANA, MAY + 1, 700_000, case="C/1")
    assert Enrolment.objects.count() == 2 * len(THREE)
    assert Wage.objects.count() == 2


def test_what_was_known_at_a_moment_stays_known() -> None:
    hired(ANA, case="A/1", day=1)
    left(ANA, MAY + 2, case="B/1", day=10)
    missed = Declared(ANA, FIRM, MAY - 2, 650_000, "C/1", at(20), MAY - 1)
    with connection.cursor() as cursor:
        make_good(cursor, missed, ("pension",), "430211", 2)
    assert months(ANA, "pension") == set(range(MAY - 2, MAY + 3))
    assert months(ANA, "pension", at(15)) == set(range(MAY, MAY + 3))
    assert months(ANA, "pension", at(5)) == set(range(MAY, MAY + 12))
    assert months(ANA, "pension", at(1) - timedelta(seconds=1)) == set()


@pytest.mark.parametrize("employer", [FIRM, OTHER])
def test_nobody_is_hired_twice(employer: int) -> None:
    hired(ANA, case="A/1")
    with pytest.raises(RefusedError) as refused:
        hired(ANA, case="B/1", employer=employer)
    assert "2026-05" in refused.value.text.zh
    assert "A/1" in refused.value.text.zh
    assert ("本单位" in refused.value.text.zh) == (employer == FIRM)
    assert Enrolment.objects.count() == len(THREE)


def test_nobody_comes_twice_in_one_batch_and_nobody_of_the_batch_is_enrolled() -> None:
    batch = [hiring(8, case="A/1"), hiring(ANA, case="B/1"), hiring(ANA, case="C/1", employer=OTHER)]
    with connection.cursor() as cursor, pytest.raises(RefusedError, match="twice in this batch"):
        enrol(cursor, batch)
    assert not Enrolment.objects.exists()


def test_a_leave_comes_after_the_hire_and_once() -> None:
    hired(ANA, case="A/1")
    with pytest.raises(RefusedError, match="only from 2026-05"):
        left(ANA, MAY - 1, case="B/1")
    left(ANA, MAY, case="C/1")
    with pytest.raises(RefusedError, match="ended in 2026-05 already"):
        left(ANA, MAY + 1, case="D/1")
    left(ANA, MAY, case="E/1")  # says what is true already
    assert months(ANA, "injury") == {MAY}


def test_after_leaving_the_next_employer_follows() -> None:
    hired(ANA, case="A/1")
    left(ANA, MAY + 1, case="B/1")
    hired(ANA, case="C/1", employer=OTHER, first_month=MAY + 2)
    assert [one.employer for one in periods_of(ANA) if one.kind == "pension"] == [FIRM, OTHER]


@pytest.mark.parametrize("wage", [-1, 10**9])
def test_a_wage_that_is_none_is_refused(wage: int) -> None:
    with pytest.raises(RefusedError) as refused:
        hired(ANA, case="A/1", wage_fen=wage)
    assert "月工资要在 0 和" in refused.value.text.zh


@pytest.mark.parametrize("month", [1899 * 12, 2200 * 12, -3, 10**6])
def test_a_month_outside_the_calendar_is_refused(month: int) -> None:
    with pytest.raises(RefusedError, match="between 1900-01 and 2199-12"):
        hired(ANA, case="A/1", first_month=month)
    hired(ANA, case="A/1")
    with pytest.raises(RefusedError, match="between 1900-01 and 2199-12"):
        left(ANA, month, case="B/1")


def test_a_wage_of_past_months_holds_for_them_alone() -> None:
    hired(ANA, case="A/1")
    declared(ANA, MAY + 1, 700_000, case="B/1", last_month=MAY + 2)
    held = Wage.objects.filter(superseded_at=None).order_by("first_month")
    assert [(row.first_month - MAY, row.wage_fen) for row in held] == [(0, 650_000), (1, 700_000), (3, 650_000)]


def test_nobody_declares_a_wage_for_whom_they_never_hired() -> None:
    with pytest.raises(RefusedError, match="not insured with this employer"):
        declared(ANA, MAY, 700_000, case="A/1")


def test_whoever_left_without_ever_having_come_leaves_no_trace() -> None:
    left(ANA, MAY, case="A/1")
    assert not Enrolment.objects.exists()
