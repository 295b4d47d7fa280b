"""What cases of services other than a hire do to the ledger when they are granted, and when they are revoked."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from django.db import connection, transaction
from tests.packs.ledger.books import (
    FIRM,
    MAY,
    OTHER,
    START,
    THREE,
    account,
    balance,
    hired,
    in_payment,
    months,
    the_books_agree,
)

from tongban.applications.effects import effect_of, undoing_of
from tongban.pack_api import Database, Decided, Decisions, RefusedError, Value
from tongban.packs.social_insurance.ledger.billing import bill
from tongban.packs.social_insurance.ledger.enrolments import periods_of
from tongban.packs.social_insurance.ledger.payments import Received, receive
from tongban.packs.social_insurance.ledger.statements import months_paid, of_employer
from tongban.packs.social_insurance.models import Line

pytestmark = pytest.mark.django_db
ANA, SON, DAUGHTER, MOTHER = 7, 8, 9, 10
RETIRED: dict[str, Value] = {
    "pension.retired_on": date(2026, 7, 14),
    "pension.first_payment_on": date(2026, 8, 1),
    "pension.monthly_pension_fen": 321_000,
    "insured.residence_region": "430211004",
}
DEAD: dict[str, Value] = {
    "deceased.died_on": date(2026, 10, 3),
    "survivor.funeral_fen": 900_000,
    "survivor.grant_fen": 4_000_000,
    "survivor.balance_fen": 0,
    "claimant.residence_region": "430202",
}


def granted(name: str, case: str, facts: dict[str, Value], **roles: int) -> Decided:
    """A case of a service that names this effect is granted."""
    one = Decided(case, "", {role: (subject,) for role, subject in roles.items()}, facts, START, START.date())
    run(effect_of(f"social-insurance/{name}"), [one])
    return one


def run(function: Callable[[Decisions, Database], None], decided: list[Decided]) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        function(decided, cursor)


def bases(person: int) -> list[int]:
    return [one.base_fen for one in months_paid(person) if one.kind == "pension"]


def paid(person: int, month: int) -> dict[str, int]:
    return {one.kind: one.monthly_fen for one in in_payment(person, month)}


def test_a_leave_ends_all_insurances_with_that_employer() -> None:
    hired(ANA, case="A/1")
    leave = granted("leave@1", "B/1", {"leave.ended_on": date(2026, 7, 2)}, employer=FIRM, employee=ANA)
    assert all(months(ANA, kind) == {MAY, MAY + 1, MAY + 2} for kind in THREE)
    run(undoing_of("social-insurance/leave@1"), [leave])
    assert all(one.last_month is None for one in periods_of(ANA))


def test_whoever_retires_pays_no_more_and_is_paid_from_the_month_decided() -> None:
    hired(ANA, case="A/1", kinds=("pension",))
    hired(ANA, case="A/2", kinds=("injury",), employer=OTHER)
    case = granted("retire@1", "B/1", RETIRED, insured=ANA)
    assert months(ANA, "pension") == months(ANA, "injury") == {MAY, MAY + 1, MAY + 2}
    assert paid(ANA, MAY + 2) == {}
    assert paid(ANA, MAY + 3) == {"pension": 321_000}
    (benefit,) = in_payment(ANA, MAY + 3)
    assert benefit.rule.startswith("hrss/pension@")
    granted("retire@1", "B/1", RETIRED, insured=ANA)
    assert len(in_payment(ANA, MAY + 3)) == 1
    with pytest.raises(RefusedError, match="not paid twice"):
        granted("retire@1", "C/1", RETIRED, insured=ANA)
    run(undoing_of("social-insurance/retire@1"), [case])
    assert paid(ANA, MAY + 3) == {}
    assert months(ANA, "pension") >= {MAY + 5}


def test_a_death_stops_the_pension_and_the_family_is_due_what_was_decided() -> None:
    granted("retire@1", "B/1", RETIRED, insured=ANA)
    hired(ANA, case="A/1", kinds=("injury",), first_month=MAY + 4)
    case = granted("death@1", "C/1", DEAD, deceased=ANA, claimant=SON)
    assert paid(ANA, MAY + 5) == {"pension": 321_000}
    assert paid(ANA, MAY + 6) == {}
    assert months(ANA, "injury") == {MAY + 4, MAY + 5}
    assert paid(SON, MAY + 6) == {"funeral": 900_000, "grant": 4_000_000}
    assert paid(SON, MAY + 7) == {}
    with pytest.raises(RefusedError, match="C/1 rests on this one"):
        run(undoing_of("social-insurance/retire@1"), [granted("retire@1", "B/1", RETIRED, insured=ANA)])
    run(undoing_of("social-insurance/death@1"), [case])
    assert paid(ANA, MAY + 6) == {"pension": 321_000}
    assert paid(SON, MAY + 6) == {}


def test_the_money_of_a_death_is_paid_once_whoever_of_the_family_asks() -> None:
    case = granted("death@1", "C/1", DEAD, deceased=ANA, claimant=SON)
    granted("death@1", "C/1", DEAD, deceased=ANA, claimant=SON)
    with pytest.raises(RefusedError, match=r"paid once.*C/1"):
        granted("death@1", "D/1", DEAD, deceased=ANA, claimant=DAUGHTER)
    granted("death@1", "E/1", DEAD, deceased=MOTHER, claimant=DAUGHTER)
    run(undoing_of("social-insurance/death@1"), [case])
    granted("death@1", "D/1", DEAD, deceased=ANA, claimant=DAUGHTER)
    assert paid(SON, MAY + 6) == {}
    assert sum(one.monthly_fen for one in in_payment(DAUGHTER, MAY + 6)) == 2 * 4_900_000


def test_a_wage_of_past_months_is_made_good_and_billed_and_the_insured_see_both() -> None:
    hired(ANA, case="A/1")
    bill(MAY)
    facts: dict[str, Value] = {
        "employer.region": "430211004",
        "arrear.reason": "under-declared",
        "arrear.from_month": date(2026, 5, 1),
        "arrear.to_month": date(2026, 6, 1),
        "arrear.monthly_wage_fen": 900_000,
    }
    case = granted("back-payment@1", "B/1", facts, employer=FIRM, employee=ANA)
    bill(MAY + 1)
    bill(MAY + 2)
    assert bases(ANA) == [900_000, 900_000, 650_000]
    run(undoing_of("social-insurance/back-payment@1"), [case])
    assert bases(ANA) == [650_000, 650_000, 650_000]
    the_books_agree(ANA)


def test_who_was_never_insured_is_insured_for_the_past_alone() -> None:
    hired(ANA, case="A/1")
    bill(MAY)
    facts: dict[str, Value] = {
        "employer.region": "430211004",
        "arrear.reason": "not-enrolled",
        "arrear.from_month": date(2026, 5, 1),
        "arrear.to_month": date(2026, 5, 31),
        "arrear.monthly_wage_fen": 500_000,
    }
    granted("back-payment@1", "B/1", facts, employer=FIRM, employee=SON)
    assert months(SON, "pension") == {MAY}
    assert bases(SON) == [500_000]
    the_books_agree(ANA, SON)


@pytest.mark.slow
def test_a_back_payment_fills_what_was_left_out_and_taken_back_leaves_it_out_again() -> None:
    hired(ANA, case="A/1", kinds=("pension",), first_month=MAY + 1)
    hired(ANA, case="A/2", kinds=("unemployment",), first_month=MAY - 2, last_month=MAY - 2)
    for month in range(MAY - 2, MAY + 3):
        bill(month)
    before = bases(ANA)
    facts: dict[str, Value] = {
        "employer.region": "430211004",
        "employer.injury_risk_class": 2,
        "arrear.reason": "award",
        "arrear.from_month": date(2026, 4, 1),
        "arrear.to_month": date(2026, 6, 1),
        "arrear.monthly_wage_fen": 900_000,
    }
    case = granted("back-payment@1", "B/1", facts, employer=FIRM, employee=ANA)
    granted("back-payment@1", "B/1", facts, employer=FIRM, employee=ANA)
    assert bases(ANA) == [900_000, 900_000, 900_000, 650_000]
    assert months(ANA, "injury") == {MAY - 1, MAY, MAY + 1}
    assert months(ANA, "unemployment") == {MAY - 2, MAY - 1, MAY, MAY + 1}
    assert set(Line.objects.filter(case="B/1").values_list("number", flat=True)) == {0, 1}
    the_books_agree(ANA)
    run(undoing_of("social-insurance/back-payment@1"), [case])
    assert bases(ANA) == before
    the_books_agree(ANA)


def test_a_back_payment_for_months_with_another_employer_alone_is_refused() -> None:
    hired(ANA, case="A/1", employer=OTHER)
    facts: dict[str, Value] = {
        "employer.region": "430211004",
        "arrear.reason": "not-enrolled",
        "arrear.from_month": date(2026, 5, 1),
        "arrear.to_month": date(2026, 5, 31),
        "arrear.monthly_wage_fen": 500_000,
    }
    with pytest.raises(RefusedError, match="not insured with this employer"):
        granted("back-payment@1", "B/1", facts, employer=FIRM, employee=ANA)


def test_a_wage_told_too_low_enrols_nobody_and_corrects_the_months_that_are_insured() -> None:
    hired(ANA, case="A/1", kinds=("pension",), first_month=MAY + 1)
    for month in (MAY, MAY + 1, MAY + 2):
        bill(month)
    facts: dict[str, Value] = {
        "employer.region": "430211004",
        "employer.injury_risk_class": 2,
        "arrear.reason": "under-declared",
        "arrear.from_month": date(2026, 5, 1),
        "arrear.to_month": date(2026, 6, 1),
        "arrear.monthly_wage_fen": 900_000,
    }
    for stranger in (SON, MOTHER):
        with pytest.raises(RefusedError) as refused:
            granted("back-payment@1", "B/0", facts, employer=FIRM, employee=stranger)
        assert "2026-05 至 2026-06" in refused.value.text.zh
        assert "no wage to correct" in refused.value.text.en
    before_the_hire = {**facts, "arrear.to_month": date(2026, 5, 1)}
    with pytest.raises(RefusedError, match="left out, choose"):
        granted("back-payment@1", "B/0", before_the_hire, employer=FIRM, employee=ANA)
    case = granted("back-payment@1", "B/1", facts, employer=FIRM, employee=ANA)
    granted("back-payment@1", "B/1", facts, employer=FIRM, employee=ANA)
    assert (min(months(ANA, "pension")), months(ANA, "injury"), months(SON, "pension")) == (MAY + 1, set(), set())
    assert bases(ANA) == [900_000, 650_000]
    the_books_agree(ANA, SON)
    run(undoing_of("social-insurance/back-payment@1"), [case])
    assert bases(ANA) == [650_000, 650_000]
    the_books_agree(ANA, SON)


def test_what_was_to_begin_after_a_death_never_begins_and_no_pension_is_decided() -> None:
    hired(ANA, case="A/1", kinds=("pension",))
    hired(ANA, case="A/2", kinds=("injury",), first_month=MAY + 7)
    bill(MAY + 7)
    case = granted("death@1", "C/1", DEAD, deceased=ANA, claimant=SON)
    granted("death@1", "C/1", DEAD, deceased=ANA, claimant=SON)
    assert (months(ANA, "injury"), max(months(ANA, "pension"))) == (set(), MAY + 5)
    the_books_agree(ANA)
    with pytest.raises(RefusedError, match="died"):
        granted("retire@1", "D/1", RETIRED, insured=ANA)
    run(undoing_of("social-insurance/death@1"), [case])
    assert min(months(ANA, "injury")) == MAY + 7
    the_books_agree(ANA)


def test_a_year_has_its_wage_from_january_on() -> None:
    hired(ANA, case="A/1", first_month=MAY - 8)
    facts: dict[str, Value] = {"wage.year": 2026, "wage.average_wage_fen": 700_000}
    granted("wage@1", "B/1", facts, employer=FIRM, employee=ANA)
    granted("wage@1", "C/1", facts, employer=FIRM, employee=SON)  # of whom the ledger has never heard
    bill(MAY - 5)
    bill(MAY - 4)
    assert bases(ANA) == [650_000, 700_000]
    assert bases(SON) == []


def test_a_new_risk_class_holds_from_its_month_and_corrects_what_is_billed() -> None:
    hired(ANA, case="A/1")
    hired(SON, case="A/2")
    for month in (MAY, MAY + 1, MAY + 2):
        bill(month)
    facts: dict[str, Value] = {
        "review.risk_class": 5,
        "review.float_level": "up-1",
        "review.rate_from": date(2026, 6, 1),
        "employer.region": "430211004",
    }

    def injury() -> list[int]:
        return [one.employer_fen for one in months_paid(ANA) if one.kind == "injury"]

    before = injury()
    case = granted("rate@1", "B/1", facts, employer=FIRM)
    granted("rate@1", "B/1", facts, employer=FIRM)
    granted("rate@1", "C/1", facts, employer=OTHER)  # of whom the ledger has never heard
    assert injury() == [before[0], 650_000 * 132 // 10_000, 650_000 * 132 // 10_000]
    the_books_agree(ANA, SON)
    with pytest.raises(RefusedError, match="it is 1 to 8"):
        granted("rate@1", "D/1", {**facts, "review.risk_class": 9}, employer=FIRM)
    run(undoing_of("social-insurance/rate@1"), [case])
    assert injury() == before
    the_books_agree(ANA, SON)


DOUBLE: dict[str, Value] = {
    "double.keep": "there",
    "double.from_month": date(2026, 6, 1),
    "double.to_month": date(2026, 7, 1),
    "double.refund_fen": 2 * 52_000,
    "insured.residence_region": "430211",
}


def firm_paid(fen: int, reference: str = "R1") -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        receive(cursor, f"{reference}.csv", [Received(reference, FIRM, fen, date(2026, 6, 1))], fen, START)


@pytest.mark.slow
def test_months_that_another_place_keeps_count_no_more_and_their_own_part_comes_back() -> None:
    hired(ANA, case="A/1", kinds=("pension",))
    for month in (MAY, MAY + 1, MAY + 2):
        bill(month)
    with pytest.raises(RefusedError, match="is paid here"):
        granted("double@1", "B/0", DOUBLE, insured=ANA)
    firm_paid(10_000_000)
    assert account(ANA) == (3, 156_000)
    granted("double@1", "B/1", {**DOUBLE, "double.keep": "here"}, insured=ANA)
    granted("double@1", "B/2", DOUBLE, insured=SON)  # of whom the ledger has never heard
    for wrong in (103_999, 156_001):
        with pytest.raises(RefusedError, match=r"own part of these months is 1,040\.00 yuan"):
            granted("double@1", "B/3", {**DOUBLE, "double.refund_fen": wrong}, insured=ANA)
    case = granted("double@1", "C/1", DOUBLE, insured=ANA)
    granted("double@1", "C/1", DOUBLE, insured=ANA)
    with pytest.raises(RefusedError, match=r"given back already by C/1"):
        granted("double@1", "D/1", DOUBLE, insured=ANA)
    assert [one.month - MAY for one in months_paid(ANA) if not one.counts_elsewhere] == [0]
    assert paid(ANA, MAY + 7) == {"refund": 104_000}
    with connection.cursor() as cursor:
        cursor.execute("select count(*) from insurance_statement where month = %s and number > 0", [MAY + 1])
        assert cursor.fetchone() == (0,)  # what employers owe does not change
    run(undoing_of("social-insurance/double@1"), [case])
    assert not any(one.counts_elsewhere for one in months_paid(ANA))
    assert paid(ANA, MAY + 7) == {}
    the_books_agree(ANA)


def test_money_of_an_employer_that_settles_nothing_is_paid_back_once_and_cannot_be_revoked() -> None:
    hired(ANA, case="A/1")
    bill(MAY)
    firm_paid(10_000_000)
    here = -balance("advance", FIRM)
    facts: dict[str, Value] = {"refund.granted_fen": here}
    for wrong in (0, here + 1):
        with pytest.raises(RefusedError, match="cannot be paid back"):
            granted("refund@1", "B/1", {"refund.granted_fen": wrong}, employer=FIRM)
    granted("refund@1", "B/2", facts, employer=OTHER)  # of whom nothing was ever received
    case = granted("refund@1", "C/1", facts, employer=FIRM)
    granted("refund@1", "C/1", facts, employer=FIRM)
    assert (balance("advance", FIRM), balance("bank")) == (0, 10_000_000 - here)
    bill(MAY + 1)
    owed = [one.owed_fen for one in of_employer(FIRM, MAY + 1)]
    assert min(owed) > 0
    with pytest.raises(RefusedError, match="cannot be undone"):
        run(undoing_of("social-insurance/refund@1"), [case])
    assert balance("bank") == 10_000_000 - here
    with pytest.raises(RefusedError, match="cannot be paid back"):
        granted("refund@1", "C/2", facts, employer=FIRM)
    firm_paid(here, "returned")
    assert balance("bank") == 10_000_000
    assert all(one.is_paid for one in of_employer(FIRM))
    the_books_agree(ANA)


BACK: dict[str, Value] = {
    "employer.region": "430211004",
    "employer.injury_risk_class": 2,
    "back.started_on": date(2026, 9, 14),
    "back.monthly_wage_fen": 700_000,
}


def test_whoever_comes_back_is_in_all_three_insurances_again_and_billed() -> None:
    hired(ANA, case="A/1")
    granted("leave@1", "B/1", {"leave.ended_on": date(2026, 6, 30)}, employer=FIRM, employee=ANA)
    bill(MAY + 4)
    case = granted("return@1", "C/1", BACK, employer=FIRM, employee=ANA)
    granted("return@1", "C/1", BACK, employer=FIRM, employee=ANA)
    assert all(months(ANA, kind) == {MAY, MAY + 1, *range(MAY + 4, MAY + 12)} for kind in THREE)
    assert bases(ANA) == [700_000]
    bill(MAY + 5)
    assert bases(ANA) == [700_000, 700_000]
    the_books_agree(ANA)
    run(undoing_of("social-insurance/return@1"), [case])
    assert all(months(ANA, kind) == {MAY, MAY + 1} for kind in THREE)
    assert {sum(line.base_fen for line in Line.objects.filter(month=MAY + back)) for back in (4, 5)} == {0}


def test_whoever_comes_back_draws_unemployment_benefit_up_to_that_month_and_was_insured_nowhere_else() -> None:
    jobless: dict[str, Value] = {
        "claim.first_month": date(2026, 8, 1),
        "claim.granted_months": 12,
        "claimant.unemployment_monthly_fen": 189_000,
        "claimant.residence_region": "430211004",
    }
    granted("unemployment@1", "U/1", jobless, claimant=ANA)
    granted("return@1", "C/1", BACK, employer=FIRM, employee=ANA)
    assert (paid(ANA, MAY + 4), paid(ANA, MAY + 5)) == ({"unemployment": 189_000}, {})
    with pytest.raises(RefusedError, match="insured elsewhere"):
        granted("return@1", "D/1", BACK, employer=OTHER, employee=ANA)
