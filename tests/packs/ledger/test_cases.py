"""What cases of services other than a hire do to the ledger when they are granted, and when they are revoked."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from django.db import connection, transaction
from tests.packs.ledger.books import FIRM, MAY, OTHER, START, THREE, hired, months, the_books_agree

from tongban.applications.effects import effect_of, undoing_of
from tongban.pack_api import Database, Decided, Decisions, RefusedError, Value
from tongban.packs.social_insurance.ledger.benefits import in_payment
from tongban.packs.social_insurance.ledger.billing import bill
from tongban.packs.social_insurance.ledger.enrolments import periods_of
from tongban.packs.social_insurance.ledger.statements import months_paid

pytestmark = pytest.mark.django_db
ANA, SON = 7, 8
RETIRED: dict[str, Value] = {
    "pension.retired_on": date(2026, 7, 14),
    "pension.first_payment_on": date(2026, 8, 1),
    "pension.monthly_pension_fen": 321_000,
}
DEAD: dict[str, Value] = {
    "deceased.died_on": date(2026, 10, 3),
    "survivor.funeral_fen": 900_000,
    "survivor.grant_fen": 4_000_000,
    "survivor.balance_fen": 0,
}


def granted(name: str, case: str, facts: dict[str, Value], **roles: int) -> Decided:
    """A case of a service that names this effect is granted."""
    one = Decided(case, "", {role: (subject,) for role, subject in roles.items()}, facts, START)
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


def test_a_wage_of_past_months_is_made_good_and_billed_and_the_insured_see_both() -> None:
    hired(ANA, case="A/1")
    bill(MAY)
    facts: dict[str, Value] = {
        "employer.region": "430211004",
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
        "arrear.from_month": date(2026, 5, 1),
        "arrear.to_month": date(2026, 5, 31),
        "arrear.monthly_wage_fen": 500_000,
    }
    granted("back-payment@1", "B/1", facts, employer=FIRM, employee=SON)
    assert months(SON, "pension") == {MAY}
    assert bases(SON) == [500_000]
    the_books_agree(ANA, SON)


def test_a_year_has_its_wage_from_january_on() -> None:
    hired(ANA, case="A/1", first_month=MAY - 8)
    facts: dict[str, Value] = {"wage.year": 2026, "wage.average_wage_fen": 700_000}
    granted("wage@1", "B/1", facts, employer=FIRM, employee=ANA)
    granted("wage@1", "C/1", facts, employer=FIRM, employee=SON)  # of whom the ledger has never heard
    bill(MAY - 5)
    bill(MAY - 4)
    assert bases(ANA) == [650_000, 700_000]
    assert bases(SON) == []
