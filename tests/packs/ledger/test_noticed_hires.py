"""A hire that is told within the law's thirty days is never late for a month that was due before it was told."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.packs.ledger.books import FIRM, MAY, START, balance, declared, hired, the_books_agree
from tests.packs.ledger.test_cases import ANA, SON, run
from tests.packs.ledger.test_payments import fees_owed, received, undone

from tongban.applications.effects import effect_of, undoing_of
from tongban.pack_api import Decided, PolicyError, definitions, reckon
from tongban.packs.social_insurance.ledger.billing import bill
from tongban.packs.social_insurance.ledger.contributions import due_after_notice, is_noticed, unverified
from tongban.packs.social_insurance.ledger.payments import LATE_FEE
from tongban.packs.social_insurance.ledger.statements import Stated, of_employer

BEGUN = date(2026, 5, 25)
MAY_DUE, JULY_DUE = date(2026, 6, 15), date(2026, 7, 15)
PENSION_FEN = 240_000  # 24 % of 10,000.00


def told(on: date, case: str = "A/1", insured: int = ANA, begun: date = BEGUN) -> Decided:
    """An employer applied on that day for the pension insurance of somebody who began to work in May."""
    one = Decided(
        case,
        "hrss/pension-insurance",
        {"employee": (insured,), "employer": (FIRM,)},
        {
            "employment.start_date": begun,
            "employment.monthly_wage_fen": 1_000_000,
            "employer.region": "430211",
            "employer.injury_risk_class": 2,
        },
        START,
        on,
    )
    run(effect_of("social-insurance/enrol@1"), [one])
    return one


def fee(fen: int, days: int) -> int:
    """The fee of the law for so much paid so many days late."""
    facts = {"principal_fen": fen, "due": "2026-07-01", "paid": str(date(2026, 7, 1) + timedelta(days))}
    return int(str(reckon(definitions().rulebook, LATE_FEE, facts, MAY_DUE).values["fee_fen"]))


def dues() -> list[tuple[date, int]]:
    (of_may,) = of_employer(FIRM, MAY)
    return of_may.owed()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("on", "due"),
    [
        (date(2026, 5, 20), MAY_DUE),  # before the first day of work
        (MAY_DUE, MAY_DUE),
        (date(2026, 6, 16), JULY_DUE),
        (date(2026, 6, 24), JULY_DUE),  # the thirtieth day
        (date(2026, 6, 25), MAY_DUE),
    ],
)
def test_whoever_is_told_of_in_time_is_due_in_the_month_after_it_was_told(on: date, due: date) -> None:
    bill(MAY)
    told(on)
    assert dues() == [(due, PENSION_FEN)]
    received(PENSION_FEN, on=due)
    assert (fees_owed(), dues(), balance("advance", FIRM)) == (0, [], 0)
    the_books_agree(ANA)


@pytest.mark.django_db
def test_the_fee_begins_after_that_day_and_the_others_pay_theirs() -> None:
    hired(SON, case="S/1", kinds=("pension",), wage_fen=1_000_000)
    bill(MAY)
    told(date(2026, 6, 20))
    assert dues() == [(MAY_DUE, PENSION_FEN), (JULY_DUE, PENSION_FEN)]
    received(2 * PENSION_FEN, on=JULY_DUE + timedelta(2))
    assert fees_owed() == fee(PENSION_FEN, 32) + fee(PENSION_FEN, 2)
    assert balance("late-fee", FIRM) == fees_owed()
    the_books_agree(ANA, SON)


@pytest.mark.django_db
def test_what_is_taken_back_or_changed_is_settled_anew_by_the_day_it_was_due() -> None:
    hired(SON, case="S/1", kinds=("pension",), wage_fen=1_000_000)
    bill(MAY)
    hire = told(date(2026, 6, 20))
    received(2 * PENSION_FEN, on=JULY_DUE)
    late_fen = fee(PENSION_FEN, 30)
    assert fees_owed() == late_fen
    run(undoing_of("social-insurance/enrol@1"), [hire])
    assert (dues(), fees_owed()) == ([], 0)  # what is freed has paid the fee of what was late
    assert balance("advance", FIRM) == late_fen - PENSION_FEN
    the_books_agree(SON)
    hire = told(date(2026, 6, 20), case="A/2")
    declared(SON, MAY, 500_000, case="W/1")  # half of what was late goes back, and half of its fee
    assert balance("advance", FIRM) == fee(PENSION_FEN // 2, 30) - PENSION_FEN // 2
    assert (dues(), fees_owed()) == ([], 0)
    undone("W/1")
    undone("A/2")
    undone("S/1")
    assert (dues(), fees_owed(), balance("late-fee", FIRM), balance("fund.pension")) == ([], 0, 0, 0)
    assert balance("advance", FIRM) == -2 * PENSION_FEN
    the_books_agree(ANA, SON)


def test_the_day_is_the_policys_and_is_shown_as_not_verified() -> None:
    book = definitions().rulebook
    assert is_noticed(book, date(2026, 1, 31), date(2026, 3, 2))
    assert not is_noticed(book, date(2026, 1, 31), date(2026, 3, 3))
    assert due_after_notice(book, date(2026, 12, 20)) == date(2027, 1, 15)
    assert any("按期申请参保" in one.zh for one in unverified(book, MAY))
    with pytest.raises(PolicyError, match="hire-notice-days"):
        is_noticed(book, date(2000, 1, 1), date(2000, 1, 2))


days = st.dates(date(2026, 6, 1), date(2026, 9, 1))


@given(st.dictionaries(days, st.integers(-500, 500), min_size=1, max_size=4), st.integers(0, 600))
def test_what_is_owed_by_days_is_what_is_owed_in_all(due: dict[date, int], paid_fen: int) -> None:
    whole_fen = sum(due.values())
    one = Stated(MAY, "pension", 1, 0, whole_fen, 0, paid_fen, tuple(sorted(due.items())))
    assert sum(fen for _, fen in one.owed()) == max(0, max(0, whole_fen) - paid_fen)
    assert all(fen > 0 for _, fen in one.owed())
    assert [day for day, _ in one.owed()] == sorted({day for day, _ in one.owed()})
    assert one.due_on in due
