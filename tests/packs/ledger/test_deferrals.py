"""While contributions are deferred, or agreed to be paid later, no late fee runs; then they are due, to the fen."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import connection
from tests.packs.ledger.books import FIRM, MAY, balance, hired, the_books_agree
from tests.packs.ledger.test_cases import granted, run
from tests.packs.ledger.test_payments import fees_owed, owed, received, undone

from tongban.applications.effects import undoing_of
from tongban.pack_api import Decided, RefusedError, Value
from tongban.packs.social_insurance.ledger.billing import bill
from tongban.packs.social_insurance.ledger.deferrals import deferrals
from tongban.packs.social_insurance.ledger.rows import statement_rows
from tongban.packs.social_insurance.ledger.statements import of_employer
from tongban.packs.social_insurance.models import Posting

pytestmark = pytest.mark.django_db
ANA = 7
PENSION_FEN, UNEMPLOYMENT_FEN, INJURY_FEN = 156_000, 6_500, 2_600
MONTH_FEN = PENSION_FEN + UNEMPLOYMENT_FEN + INJURY_FEN
DUE = date(2026, 6, 15)
"""By which the contributions of May are paid; those of June by 15 July, and so on."""


def fee(days: int, *amounts: int) -> int:
    """0.05 % a day of each amount, each half up to the fen."""
    return sum((fen * 5 * days + 5_000) // 10_000 for fen in amounts or (PENSION_FEN, UNEMPLOYMENT_FEN, INJURY_FEN))


def deferred(first: date, months: int, case: str = "D/1") -> Decided:
    facts: dict[str, Value] = {"deferral.from_month": first, "deferral.months": months}
    return granted("defer@1", case, facts, employer=FIRM, deferral=99)


def agreed(pays_until: date, case: str = "G/1") -> Decided:
    """An agreement, made on 1 November 2026."""
    return granted("agree@1", case, {"agreement.pays_until": pays_until}, employer=FIRM, agreement=98)


@pytest.fixture(autouse=True)
def billed() -> None:
    """Ana is hired in May; May, June and July are billed."""
    hired(ANA, case="A/1")
    for month in range(3):
        bill(MAY + month)


def test_what_is_deferred_costs_no_late_fee_until_it_is_due_with_the_first_month_paid_again() -> None:
    deferred(date(2026, 5, 1), 2)
    (held,) = deferrals(FIRM)
    assert (held.first_month, held.last_month, held.until_on) == (MAY, MAY + 1, date(2026, 8, 15))
    received(2 * MONTH_FEN, on=date(2026, 8, 15))
    assert (fees_owed(), sorted({month for month, _ in owed()})) == (0, [2])


def test_after_the_deferral_the_fee_runs_from_its_end() -> None:
    deferred(date(2026, 5, 1), 3)
    received(3 * MONTH_FEN, on=date(2026, 9, 20))
    assert owed() == {}
    assert fees_owed() == 3 * fee(5)
    assert balance("late-fee", FIRM) == 3 * fee(5)
    the_books_agree(ANA)


def test_money_settles_what_is_due_before_what_is_deferred() -> None:
    deferred(date(2026, 5, 1), 2)
    received(MONTH_FEN, on=date(2026, 8, 14))
    assert sorted({month for month, _ in owed()}) == [0, 1]
    received(MONTH_FEN, on=date(2026, 8, 14), file="b.csv")
    assert sorted({month for month, _ in owed()}) == [1]


def test_a_fee_that_was_charged_comes_back_when_the_months_are_deferred_afterwards() -> None:
    received(MONTH_FEN + fee(10), on=DUE + timedelta(days=10))
    assert fees_owed() == fee(10)
    received(2 * MONTH_FEN, on=DUE + timedelta(days=10), file="b.csv")
    assert (fees_owed(), owed()) == (0, {})
    case = deferred(date(2026, 5, 1), 1)
    assert fees_owed() == 0
    assert (balance("late-fee", FIRM), balance("advance", FIRM)) == (0, -fee(10))
    before = Posting.objects.count()
    deferred(date(2026, 5, 1), 1)  # the same case again does nothing
    assert Posting.objects.count() == before
    run(undoing_of("social-insurance/defer@1"), [case])
    assert (balance("late-fee", FIRM), balance("advance", FIRM), fees_owed()) == (0, 0, 0)
    assert deferrals(FIRM) == []
    the_books_agree(ANA)


def test_a_deferral_that_is_taken_back_leaves_the_fee_of_the_law() -> None:
    deferred(date(2026, 5, 1), 1)
    received(MONTH_FEN, on=DUE + timedelta(days=20))
    assert ({month for month, _ in owed()}, fees_owed()) == ({0, 2}, 0)
    undone("D/1")
    assert ({month for month, _ in owed()}, fees_owed()) == ({1, 2}, fee(20))


def test_months_that_are_billed_later_are_deferred_as_well() -> None:
    deferred(date(2026, 8, 1), 1)
    received(3 * MONTH_FEN, on=DUE)
    bill(MAY + 3)
    received(MONTH_FEN, on=date(2026, 10, 15), file="b.csv")
    assert (owed(), fees_owed()) == ({}, 0)


@pytest.mark.parametrize("months", [0, -1, 13])
def test_no_month_or_more_than_twelve_are_not_deferred(months: int) -> None:
    with pytest.raises(RefusedError, match="One to 12 months"):
        deferred(date(2026, 5, 1), months)


def test_months_are_deferred_once() -> None:
    deferred(date(2026, 5, 1), 3)
    with pytest.raises(RefusedError, match="2026-07 to 2026-08 are deferred already"):
        deferred(date(2026, 7, 1), 2, case="D/2")
    deferred(date(2026, 8, 1), 2, case="D/3")


def test_a_month_beyond_the_figures_is_refused() -> None:
    with pytest.raises(RefusedError, match="2199"):
        deferred(date(2199, 12, 1), 12)


def test_an_agreement_stops_the_fee_from_its_day_until_the_day_agreed() -> None:
    agreed(date(2026, 12, 31))
    received(MONTH_FEN, on=date(2026, 12, 31))
    days = (date(2026, 11, 1) - DUE).days - 1  # from 16 June to 31 October; on 1 November it is agreed
    assert fees_owed() == fee(days)
    received(MONTH_FEN, on=date(2027, 1, 10), file="b.csv")
    assert fees_owed() == fee(days) + fee((date(2026, 11, 1) - date(2026, 7, 15)).days - 1 + 10)


def test_an_agreement_taken_back_was_never_made() -> None:
    case = agreed(date(2026, 12, 31))
    received(MONTH_FEN, on=date(2026, 12, 31))
    run(undoing_of("social-insurance/agree@1"), [case])
    assert fees_owed() == fee((date(2026, 12, 31) - DUE).days)
    the_books_agree(ANA)


def test_a_day_that_has_passed_and_a_debt_that_is_none_are_no_matter_of_an_agreement() -> None:
    with pytest.raises(RefusedError, match="has passed"):
        agreed(date(2026, 10, 31))
    received(3 * MONTH_FEN, on=DUE)
    with pytest.raises(RefusedError, match="No bill of this employer is overdue"):
        agreed(date(2026, 12, 31))


def test_an_agreement_follows_a_deferral_that_ended_and_not_one_that_lasts() -> None:
    deferred(date(2026, 5, 1), 3)  # until 15 September
    agreed(date(2026, 12, 31))
    with pytest.raises(RefusedError, match="No bill of this employer is overdue"):
        agreed(date(2026, 12, 30), case="G/2")
    received(3 * MONTH_FEN, on=date(2026, 12, 31))
    assert fees_owed() == 3 * fee((date(2026, 10, 31) - date(2026, 9, 15)).days)


def test_the_employer_s_page_shows_the_day_that_counts_and_no_fee_meanwhile() -> None:
    today = date(2026, 8, 1)
    assert [row["late_fen"] > 0 for row in statement_rows(of_employer(FIRM), set(), today)] == [False, True, True]
    deferred(date(2026, 5, 1), 2)
    rows = statement_rows(of_employer(FIRM), set(), today, deferrals(FIRM))
    assert [(row["late_fen"], row["is_late"], row["due_on"]) for row in rows] == [(0, False, date(2026, 8, 15))] * 3
    assert [row["is_deferred"] for row in rows] == [False, True, True]


def test_the_database_keeps_two_deferrals_of_a_month_and_day_apart() -> None:
    deferred(date(2026, 5, 1), 3)
    with connection.cursor() as cursor, pytest.raises(Exception, match="insurance_deferral_alone"):
        cursor.execute(
            'insert into insurance_deferral (employer, first_month, last_month, from_on, until_on, "case", recorded_at)'
            " select employer, first_month, last_month, from_on, until_on, 'X/1', recorded_at from insurance_deferral"
        )
