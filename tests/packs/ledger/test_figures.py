"""What a clerk is told before a decision: worked out from the books to the fen, and the same that they then hold."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from types import SimpleNamespace

import pytest
from django.db import connection, transaction
from tests.packs.ledger.books import FIRM, MAY, START, balance, hired, the_books_agree
from tests.packs.ledger.test_cases import RETIRED, granted

from tongban.applications import amounts
from tongban.applications.effects import figures_of
from tongban.casework import store
from tongban.pack_api import Decided, PolicyError, RefusedError, Value, Worked
from tongban.packs.social_insurance.ledger.accounts import credit_interest
from tongban.packs.social_insurance.ledger.billing import bill
from tongban.packs.social_insurance.ledger.payments import Received, receive
from tongban.packs.social_insurance.ledger.statements import of_employer
from tongban.packs.social_insurance.models import Benefit, Enrolment, Posting, Statement
from tongban.publication import service as publication

pytestmark = pytest.mark.django_db
ANA, SON, MOTHER = 7, 8, 9
CASE = "4302-26-000009-X/01"
PAST: dict[str, Value] = {
    "arrear.reason": "under-declared",
    "arrear.from_month": date(2026, 5, 1),
    "arrear.to_month": date(2026, 6, 1),
    "arrear.monthly_wage_fen": 750_000,
    "employer.region": "430211",
    "employer.injury_risk_class": 2,
}


def told(rule: str, facts: dict[str, Value], **roles: int) -> Mapping[str, Worked]:
    """What the books say for a case."""
    one = Decided(CASE, "", {role: (subject,) for role, subject in roles.items()}, facts, START, START.date())
    with connection.cursor() as cursor:
        return figures_of(f"social-insurance/{rule}")(one, cursor)


def values(rule: str, facts: dict[str, Value], **roles: int) -> dict[str, Value]:
    """The figures alone."""
    return {name: one.value for name, one in told(rule, facts, **roles).items()}


def billed(*months: int, pays: bool = False) -> None:
    """The bills of these months, and perhaps a bank's file that pays all that is owed."""
    for month in months:
        bill(month)
    if pays:
        owed_fen = sum(one.owed_fen for one in of_employer(FIRM))
        with transaction.atomic(), connection.cursor() as cursor:
            receive(cursor, "bank", [Received("R1", FIRM, owed_fen, START.date())], owed_fen, START)


def test_a_back_payment_is_what_the_bills_become_more_with_the_fee_of_each_day() -> None:
    hired(ANA, case="A/1")
    billed(MAY, MAY + 1)
    found = told("back-payment@1", PAST, employer=FIRM, employee=ANA)
    # 1,000.00 more in each of two months: 24 % pension, 1 % unemployment, 0.4 % work injury of class 2.
    principal_fen = 2 * (24_000 + 1_000 + 400)
    # Due on 15 June and 15 July, asked on 1 November: 139 and 109 days at 0.05 % for each insurance, half a fen up.
    late_fen = (1_668 + 70 + 28) + (1_308 + 55 + 22)
    assert {name: one.value for name, one in found.items()} == {
        "principal_fen": principal_fen,
        "late_fee_fen": late_fen,
    }
    assert found["principal_fen"].why.zh == "各月账单的差额：2026-05/2026-06"
    assert not Statement.objects.filter(case=CASE).exists()
    before_fen = sum(one.owed_fen for one in of_employer(FIRM))
    granted("back-payment@1", CASE, PAST, employer=FIRM, employee=ANA)
    assert sum(one.owed_fen for one in of_employer(FIRM)) - before_fen == principal_fen


def test_what_cannot_be_granted_is_said_before_and_leaves_nothing() -> None:
    hired(ANA, case="A/1", first_month=MAY + 3)
    with pytest.raises(RefusedError, match="was not insured with this employer"):
        told("back-payment@1", PAST, employer=FIRM, employee=ANA)
    assert Enrolment.objects.count() == 3
    assert Posting.objects.count() == 0


def test_arrears_are_what_is_owed_of_the_months_and_each_is_late_since_its_own_day() -> None:
    hired(ANA, case="A/1")
    facts: dict[str, Value] = {
        "arrears.from_month": date(2026, 5, 1),
        "arrears.to_month": date(2026, 5, 1),
        "arrears.pays_on": date(2026, 7, 15),
    }
    assert values("arrears@1", facts, employer=FIRM) == {}
    billed(MAY, MAY + 1)
    # 6,500.00 at 24, 1 and 0.4 %; 30 days late at 0.05 %.
    assert values("arrears@1", facts, employer=FIRM) == {"principal_fen": 165_100, "late_fee_fen": 2_340 + 98 + 39}
    early: dict[str, Value] = {**facts, "arrears.pays_on": date(2026, 6, 15)}
    assert values("arrears@1", early, employer=FIRM)["late_fee_fen"] == 0


def test_what_is_paid_back_of_doubled_months_is_the_own_part_with_its_interest() -> None:
    hired(ANA, case="A/1", first_month=MAY - 24)
    facts: dict[str, Value] = {
        "double.keep": "there",
        "double.from_month": date(2024, 5, 1),
        "double.to_month": date(2024, 6, 1),
        "double.refund_fen": 0,
        "insured.residence_region": "430211004",
    }
    assert values("double@1", facts, insured=ANA) == {}
    billed(MAY - 24, MAY - 23, pays=True)
    assert values("double@1", facts, insured=ANA) == {"refund_fen": 104_000}
    with transaction.atomic(), connection.cursor() as cursor:
        credit_interest(cursor, 2024, START)
    # 520.00 lay 8 months and 520.00 lay 7 in 2024, at 2.62 %.
    refund_fen = 104_000 + round(52_000 * 15 * 0.0262 / 12)
    assert values("double@1", facts, insured=ANA) == {"refund_fen": refund_fen}
    granted("double@1", CASE, {**facts, "double.refund_fen": refund_fen}, insured=ANA)
    the_books_agree(ANA)
    assert values("double@1", {**facts, "double.keep": "here"}, insured=ANA) == {"refund_fen": 0}


def test_what_a_pension_was_paid_too_long_is_owed_back() -> None:
    facts: dict[str, Value] = {"change.happened_on": date(2026, 9, 3)}
    assert values("suspension@1", facts, insured=ANA) == {}
    granted("retire@1", "B/1", RETIRED, insured=ANA)
    assert values("suspension@1", facts, insured=ANA) == {"repay_fen": 0}
    assert [one.last_month for one in Benefit.objects.filter(superseded_at=None)] == [None]


def test_dependants_draw_together_no_more_than_the_wage() -> None:
    facts: dict[str, Value] = {
        "injury.own_wage_fen": 500_000,
        "survivor.kinship": "spouse",
        "survivor.is_alone": True,
        "survivor.from_month": date(2026, 11, 1),
        "employer.region": "430211",
    }
    assert values("dependant@1", facts, claimant=SON, deceased=ANA) == {"monthly_fen": 250_000}
    granted("dependant@1", "B/1", {**facts, "survivor.monthly_fen": 300_000}, claimant=SON, deceased=ANA)
    assert values("dependant@1", facts, claimant=SON, deceased=ANA) == {"monthly_fen": 250_000}
    assert values("dependant@1", facts, claimant=MOTHER, deceased=ANA) == {"monthly_fen": 200_000}


def test_the_interest_of_a_year_is_its_rate_on_what_lay_there() -> None:
    facts: dict[str, Value] = {"query.year": 2024}
    assert values("interest@1", facts, insured=ANA) == {"rate": "2.62 %"}
    hired(ANA, case="A/1", first_month=MAY - 24)
    billed(MAY - 24, pays=True)
    interest_fen = round(52_000 * 8 * 0.0262 / 12)
    assert values("interest@1", facts, insured=ANA) == {"rate": "2.62 %", "interest_fen": interest_fen}
    with transaction.atomic(), connection.cursor() as cursor:
        credit_interest(cursor, 2024, START)
    assert -balance("account.pension", ANA) == interest_fen


@pytest.mark.parametrize("year", [1, 2015, 9_999_999])
def test_no_rate_is_made_up_for_a_year_without_one(year: int) -> None:
    with pytest.raises((PolicyError, RefusedError)):
        told("interest@1", {"query.year": year}, insured=ANA)


def test_a_month_is_payable_as_it_is_billed_or_as_it_will_be() -> None:
    facts: dict[str, Value] = {"declaration.month": date(2026, 5, 1)}
    assert values("declaration@1", facts, employer=FIRM) == {}
    hired(ANA, case="A/1")
    assert values("declaration@1", facts, employer=FIRM) == {"payable_fen": 165_100}
    billed(MAY)
    assert values("declaration@1", facts, employer=FIRM) == {"payable_fen": 165_100}
    paid: dict[str, Value] = {"details.month": date(2026, 5, 1)}
    assert values("month-paid@1", paid, employer=FIRM) == {"paid_fen": 0}


def test_no_more_is_paid_back_than_lies_here() -> None:
    hired(ANA, case="A/1")
    facts: dict[str, Value] = {"refund.claimed_fen": 5_000}
    assert values("refund@1", facts, employer=FIRM) == {}
    with transaction.atomic(), connection.cursor() as cursor:
        receive(cursor, "bank", [Received("R1", FIRM, 3_000, START.date())], 3_000, START)
    assert values("refund@1", facts, employer=FIRM) == {"granted_fen": 3_000}
    assert values("refund@1", {"refund.claimed_fen": 1_000}, employer=FIRM) == {"granted_fen": 1_000}


def test_what_the_old_place_releases_is_what_its_books_hold() -> None:
    place: dict[str, Value] = {"transfer.from_region": "430211", "insured.residence_region": "430211004"}
    facts: dict[str, Value] = {**place, "transfer.keep": "here", "transfer.periods_here": "2026-06/2026-10"}
    assert values("release@1", facts, insured=ANA, transfer=99) == {}
    hired(ANA, case="A/1")
    billed(MAY, MAY + 1, pays=True)
    found = told("release@1", facts, insured=ANA, transfer=99)
    assert {name: one.value for name, one in found.items()} == {
        "periods": "2026-05/2026-06",
        "account_fen": 52_000,
        "employer_bases_fen": 650_000,
    }
    assert "months that the new place keeps (1) go back to the person" in found["account_fen"].why.en
    assert not Benefit.objects.exists()
    kept_there = values("release@1", {**facts, "transfer.keep": "there"}, insured=ANA, transfer=99)
    assert (kept_there["account_fen"], kept_there["employer_bases_fen"]) == (104_000, 1_300_000)
    inside: dict[str, Value] = {"merge.from_region": "430211"}
    assert values("release@1", inside, insured=ANA, merge=99) == {"periods": "2026-05/2026-06"}
    assert values("release@1", {"merge.from_region": "440300"}, insured=ANA, merge=99) == {}


def test_what_is_sent_to_another_province_is_the_account_and_the_share_of_the_bases() -> None:
    hired(ANA, case="A/1")
    billed(MAY, pays=True)
    found = told("send@1", {"insured.residence_region": "430211004"}, insured=ANA, out=99)
    assert {name: one.value for name, one in found.items()} == {"account_fen": 52_000, "pooled_fen": 78_000}
    assert found["pooled_fen"].why.en == "12 % of the bases since 1998, 6,500.00 yuan"


def test_the_letter_tells_the_months_of_the_new_place_alone() -> None:
    hired(ANA, case="A/1", county="440300")
    billed(MAY, MAY + 1, pays=True)
    facts: dict[str, Value] = {"transfer.from_region": "440300", "insured.pension_periods": "2026-04/2026-06"}
    assert values("letter@1", facts, insured=ANA, transfer=99) == {"periods": "2026-04/2026-04"}
    assert values("letter@1", {**facts, "insured.pension_periods": None}, insured=ANA, transfer=99) == {"periods": None}


def test_of_two_pensions_the_second_is_owed_back_since_both_are_drawn() -> None:
    facts: dict[str, Value] = {"change.keeps": "employee"}
    assert values("double-pension@1", facts, insured=ANA) == {}
    granted("retire@1", "B/1", RETIRED, insured=ANA)
    assert values("double-pension@1", facts, insured=ANA) == {}
    resident: dict[str, Value] = {
        "resident.first_month": date(2026, 9, 1),
        "resident.basic_fen": 16_300,
        "resident.account_monthly_fen": 700,
        "insured.household_region": "430211004",
    }
    granted("resident-pension@1", "B/2", resident, insured=ANA)
    found = values("double-pension@1", facts, insured=ANA)
    assert found == {"double_from": date(2026, 9, 1), "repay_fen": 0}


def test_the_whole_account_is_paid_out_and_a_double_part_is_for_the_papers() -> None:
    facts: dict[str, Value] = {"payout.reason": "years-short", "pension.account_balance_fen": 77}
    assert values("payout@1", facts, insured=ANA) == {"payout_fen": 77}
    hired(ANA, case="A/1")
    billed(MAY, pays=True)
    assert values("payout@1", facts, insured=ANA) == {"payout_fen": 52_000}
    assert values("payout@1", {**facts, "payout.reason": "double-paid"}, insured=ANA) == {}


def test_whoever_decides_reads_the_figure_and_from_what_it_comes(monkeypatch: pytest.MonkeyPatch) -> None:
    case = SimpleNamespace(number=CASE, service="social-insurance/contribution-refund", roles={"employer": (FIRM,)})
    monkeypatch.setattr(store, "cases_of", lambda _numbers: [case])
    monkeypatch.setattr(store, "facts_of", lambda _numbers: {CASE: {"refund.claimed_fen": 5_000}})
    catalog = publication.current()
    view = {"application": CASE.partition("/")[0], "number": CASE, "facts": []}

    def shown() -> dict[str, tuple[str, str]]:
        found = amounts.amounts(catalog, catalog.services[case.service], view)
        return {fact: (one.shown.zh, one.shown.en) for fact, one in found.items()}

    assert shown() == {}
    with transaction.atomic(), connection.cursor() as cursor:
        receive(cursor, "bank", [Received("R1", FIRM, 3_000, START.date())], 3_000, START)
    assert shown() == {
        "refund.granted_fen": (
            "30.00 元（多出来的钱有 30.00 元）",
            "30.00 yuan (30.00 yuan lie here and settle nothing)",
        )
    }


def test_who_pays_alone_is_told_what_the_bill_will_be() -> None:
    facts: dict[str, Value] = {
        "payment.year": 2026,
        "payment.base_percent": "at-60",
        "insured.residence_region": "430211",
    }
    found = told("alone-base@1", facts, insured=ANA, payment=97)["payable_fen"]
    assert (found.value, found.is_unverified) == (81_444, True)  # a fifth of 60 % of 6,787.00
    assert found.why.en == "on a monthly base of 4,072.20 yuan, by the rate of who pays alone"
