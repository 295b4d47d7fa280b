"""Whoever pays for themselves is billed by the flexible rule, pays, is settled and stops; an employer's insurance
counts before their own.
"""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import connection, transaction
from tests.packs.ledger.books import FIRM, MAY, START, account, balance, hired, left, months, the_books_agree
from tests.packs.ledger.test_cases import granted, run
from tests.packs.ledger.test_payments import received, undone

from tongban.applications.effects import undoing_of
from tongban.pack_api import RefusedError, Value
from tongban.packs.social_insurance.ledger import alone, reconciling
from tongban.packs.social_insurance.ledger.alone import Chosen
from tongban.packs.social_insurance.ledger.billing import bill
from tongban.packs.social_insurance.ledger.coverage import coverages
from tongban.packs.social_insurance.ledger.differences import changes
from tongban.packs.social_insurance.ledger.enrolments import periods_of
from tongban.packs.social_insurance.ledger.payments import late_fee_owed
from tongban.packs.social_insurance.ledger.statements import months_paid, of_employer
from tongban.packs.social_insurance.models import Posting

pytestmark = pytest.mark.django_db
ANA, BEN = 7, 8
FLOOR_FEN, CEILING_FEN, AVERAGE_FEN = 407_200, 2_036_100, 678_700
LIVES: dict[str, Value] = {"insured.residence_region": "430211004"}


def enrolled(level: str = "at-100", *, case: str = "A/1", month: int = 5, insured: int = ANA) -> None:
    """A person begins to pay for themselves in a month of 2026."""
    facts: dict[str, Value] = {"enrolment.from_month": date(2026, month, 1), "enrolment.base_percent": level}
    granted("alone@1", case, {**LIVES, **facts}, insured=insured, enrolment=99)


def stopped(month: int, *, case: str = "S/1") -> None:
    granted("alone-stop@1", case, {**LIVES, "stop.last_month": date(2026, month, 1)}, insured=ANA, stop=98)


def chosen(level: str, year: int = 2026, *, case: str = "C/1") -> None:
    facts: dict[str, Value] = {"payment.year": year, "payment.base_percent": level}
    granted("alone-base@1", case, {**LIVES, **facts}, insured=ANA, payment=97)


def insured_on(base_fen: int, month: int = MAY) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        alone.insure(cursor, [Chosen(ANA, month, base_fen, "A/1", at=START)], ["430211"])


def owed() -> dict[int, int]:
    return {one.month - MAY: one.owed_fen for one in of_employer(ANA) if one.owed_fen}


@pytest.mark.parametrize(
    ("level", "base_fen"),
    [("at-60", 407_220), ("at-80", 542_960), ("at-100", AVERAGE_FEN), ("at-200", 1_357_400), ("at-300", CEILING_FEN)],
)
def test_a_level_is_a_share_of_the_average_and_twenty_per_cent_of_it_are_owed(level: str, base_fen: int) -> None:
    enrolled(level)
    bill(MAY)
    (month,) = months_paid(ANA)
    own_fen, account_fen = ((base_fen * rate + 5_000) // 10_000 for rate in (2_000, 800))
    assert (month.kind, month.base_fen, month.own_fen, month.theirs_fen) == ("pension", base_fen, own_fen, 0)
    assert (month.employee_fen, balance("receivable.pension", ANA)) == (account_fen, own_fen)
    assert (balance("fund.pension"), balance("account.pension")) == (account_fen - own_fen, -account_fen)
    (posting,) = Posting.objects.all()
    assert posting.rule.startswith("social-insurance/flexible-contribution@")


@pytest.mark.parametrize("base_fen", [FLOOR_FEN, CEILING_FEN])
def test_the_limits_themselves_may_be_chosen(base_fen: int) -> None:
    insured_on(base_fen)
    bill(MAY)
    assert [one.base_fen for one in months_paid(ANA)] == [base_fen]


@pytest.mark.parametrize("base_fen", [FLOOR_FEN - 1, CEILING_FEN + 1, 0, -1])
def test_a_base_outside_the_limits_is_refused(base_fen: int) -> None:
    with pytest.raises(RefusedError, match=r"4,072\.00 to 20,361\.00"):
        insured_on(base_fen)
    assert periods_of(ANA) == []


def test_a_year_without_figures_is_refused_by_name() -> None:
    with pytest.raises(RefusedError, match="Average monthly wage"):
        granted(
            "alone@1",
            "A/1",
            {**LIVES, "enrolment.from_month": date(2035, 1, 1), "enrolment.base_percent": "at-60"},
            insured=ANA,
            enrolment=99,
        )


def test_what_is_paid_is_settled_counts_and_is_in_the_account_and_nothing_costs_a_late_fee() -> None:
    enrolled()
    bill(MAY)
    bill(MAY + 1)
    month_fen = AVERAGE_FEN * 2_000 // 10_000
    due = of_employer(ANA, MAY)[0].due_on
    received(month_fen, on=due + timedelta(days=90), employer=ANA)
    assert owed() == {1: month_fen}
    with connection.cursor() as cursor:
        assert late_fee_owed(cursor, ANA) == 0
    assert account(ANA) == (1, AVERAGE_FEN * 800 // 10_000)
    (cover,) = coverages(periods_of(ANA), months_paid(ANA), MAY + 1)
    assert (cover.counted, cover.owed, cover.taken_over, cover.unbilled) == (1, ((MAY + 1, MAY + 1),), (), ())
    received(3 * month_fen, on=due + timedelta(days=91), file="ahead.csv", employer=ANA)
    bill(MAY + 2)
    assert owed() == {}
    assert balance("advance", ANA) == -month_fen


def test_a_month_is_billed_once_and_everybody_alone_is_in_its_sums() -> None:
    enrolled()
    enrolled("at-60", case="B/1", insured=BEN)
    hired(9, case="D/1")
    run_of_may = bill(MAY)
    assert (run_of_may.employers, run_of_may.people) == (1, 3)
    assert bill(MAY).people == 3
    totals = {(one.county, one.kind): one for one in reconciling.totals(run_of_may.id)}
    pension = totals["430211", "pension"]
    assert (pension.people, pension.alone) == (3, 2)
    alone_fen = (AVERAGE_FEN + 407_220) * 2_000 // 10_000
    assert pension.employer_fen + pension.employee_fen == alone_fen + 650_000 * 2_400 // 10_000
    assert totals["430211", "injury"].alone == 0
    assert reconciling.differences(run_of_may.id) == []
    bill(MAY + 1)
    assert changes(MAY + 1) == []


@pytest.mark.slow
def test_a_stop_ends_it_and_gives_back_what_was_billed_since() -> None:
    enrolled()
    for month in range(3):
        bill(MAY + month)
    stopped(6)
    assert months(ANA, "pension") == {MAY, MAY + 1}
    assert sorted(owed()) == [0, 1]
    bill(MAY + 3)
    assert sorted(owed()) == [0, 1]
    stopped(6)  # the same case again changes nothing
    run(undoing_of("social-insurance/alone-stop@1"), [granted_again("S/1")])
    assert sorted(owed()) == [0, 1, 2, 3]


def granted_again(case: str):  # type: ignore[no-untyped-def] # noqa: ANN201 - as granted
    return granted("alone-stop@1", case, {**LIVES, "stop.last_month": date(2026, 6, 1)}, insured=ANA, stop=98)


def test_a_stop_before_the_start_or_after_the_end_is_refused() -> None:
    enrolled()
    with pytest.raises(RefusedError, match="Insured only from 2026-05"):
        stopped(4)
    stopped(6)
    with pytest.raises(RefusedError, match="ended in 2026-06 already"):
        stopped(8, case="S/2")


def test_another_level_holds_for_its_year_and_billed_months_are_put_right() -> None:
    enrolled("at-60")
    bill(MAY)
    chosen("at-100")
    assert [one.base_fen for one in months_paid(ANA)] == [AVERAGE_FEN]
    chosen("at-100")
    with pytest.raises(RefusedError, match="2025"):
        chosen("at-100", 2025, case="C/2")
    undone("C/1")
    assert [one.base_fen for one in months_paid(ANA)] == [407_220]


def test_of_whom_the_ledger_never_heard_no_level_is_kept() -> None:
    chosen("at-100")
    assert owed() == {}


def test_nobody_pays_for_themselves_whom_an_employer_insures() -> None:
    hired(ANA, case="A/1")
    with pytest.raises(RefusedError, match="An employer insures this person since 2026-05"):
        enrolled(case="B/1", month=7)
    left(ANA, MAY + 1, case="L/1")
    enrolled(case="B/1", month=7)
    with pytest.raises(RefusedError, match="insured since 2026-07 already"):
        enrolled(case="B/2", month=9)


def test_a_hire_ends_what_somebody_pays_alone_and_their_money_is_theirs_again() -> None:
    enrolled()
    for month in range(3):
        bill(MAY + month)
    month_fen = AVERAGE_FEN * 2_000 // 10_000
    received(3 * month_fen, on=date(2026, 9, 1), employer=ANA)
    hired(ANA, case="H/1", first_month=MAY + 1)
    assert {one.month - MAY: one.employer for one in months_paid(ANA) if one.kind == "pension" and one.base_fen} == {
        0: ANA,
        1: FIRM,
        2: FIRM,
    }
    assert (owed(), balance("advance", ANA)) == ({}, -2 * month_fen)
    the_books_agree(ANA)
    undone("H/1")
    assert {one.employer for one in months_paid(ANA)} == {ANA}
    assert (owed(), balance("advance", ANA)) == ({}, 0)
    assert months(ANA, "pension") >= {MAY, MAY + 1, MAY + 2, MAY + 3}


@pytest.mark.slow
def test_months_an_employer_makes_good_count_before_one_s_own_and_later_ones_stay() -> None:
    enrolled()
    for month in range(4):
        bill(MAY + month)
    facts: dict[str, Value] = {
        "arrear.monthly_wage_fen": 650_000,
        "arrear.from_month": date(2026, 6, 1),
        "arrear.to_month": date(2026, 7, 1),
        "arrear.reason": "not-enrolled",
        "employer.region": "430211",
        "employer.injury_risk_class": 2,
    }
    granted("back-payment@1", "M/1", facts, employer=FIRM, employee=ANA)
    assert [
        (one.employer, one.first_month - MAY, one.last_month) for one in periods_of(ANA) if one.kind == "pension"
    ] == [
        (ANA, 0, MAY),
        (FIRM, 1, MAY + 2),
        (ANA, 3, None),
    ]
    assert sorted(owed()) == [0, 3]
    the_books_agree(ANA)


def test_a_case_that_is_taken_back_was_never_billed() -> None:
    enrolled()
    bill(MAY)
    undone("A/1")
    assert (owed(), balance("receivable.pension"), balance("account.pension")) == ({}, 0, 0)
    bill(MAY + 1)
    assert owed() == {}


def test_whoever_retires_or_dies_pays_no_more() -> None:
    enrolled()
    facts: dict[str, Value] = {
        "pension.retired_on": date(2026, 7, 14),
        "pension.first_payment_on": date(2026, 8, 1),
        "pension.monthly_pension_fen": 321_000,
    }
    granted("retire@1", "R/1", {**LIVES, **facts}, insured=ANA)
    assert months(ANA, "pension") == {MAY, MAY + 1, MAY + 2}
