"""Months are paid in their order, and what was granted for months before the first run is paid with a run, once."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import connection, transaction
from tests.packs.ledger.books import MAY, at
from tests.packs.ledger.test_benefits import PENSION_FEN, RULE, amended, owed, paid, revoked, the_payouts_are_booked
from tests.packs.ledger.test_cases import ANA, RETIRED, granted

from tongban.pack_api import Decided, PlatformError
from tongban.packs.social_insurance.ledger import paying
from tongban.packs.social_insurance.ledger.benefits import Benefit, grant, stop
from tongban.packs.social_insurance.ledger.paying import pay, totals
from tongban.packs.social_insurance.ledger.payouts import GRANTED_ELSEWHERE
from tongban.packs.social_insurance.ledger.runs import run_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _in_december(monkeypatch: pytest.MonkeyPatch) -> None:
    """All months that these tests pay have begun."""
    monkeypatch.setattr(paying, "now", lambda: at(40))


def retired() -> Decided:
    """A pension from August (MAY + 3) on."""
    return granted("retire@1", "B/1", RETIRED, insured=ANA)


def granted_elsewhere(fen: int = 200_000) -> None:
    """A pension from before this ledger paid any."""
    benefit = Benefit(ANA, ANA, "pension", MAY - 3, fen, "M/1", at(1), RULE, GRANTED_ELSEWHERE)
    with transaction.atomic(), connection.cursor() as cursor:
        grant(cursor, [benefit])


def test_months_before_the_first_run_that_were_granted_since_are_paid_with_the_next() -> None:
    pay(MAY + 5)
    retired()
    last = pay(MAY + 6)
    assert paid(ANA) == {(month, "pension"): PENSION_FEN for month in (3, 4, 5, 6)}
    (total,) = totals(last)
    assert (total.paid_fen, total.earlier_fen) == (4 * PENSION_FEN, 3 * PENSION_FEN)
    paying.reconcile(last)
    the_payouts_are_booked()


def test_the_first_run_pays_the_months_before_it_and_what_ended_by_then() -> None:
    retired()
    with transaction.atomic(), connection.cursor() as cursor:
        stop(cursor, ANA, MAY + 4, "S/1", at(2))
    first = pay(MAY + 6)
    assert first.people == 1
    assert paid(ANA) == {(month, "pension"): PENSION_FEN for month in (3, 4)}
    paying.reconcile(first)
    the_payouts_are_booked()


@pytest.mark.parametrize("when", [lambda: pay(MAY + 5), lambda: None], ids=["after", "before"])
def test_what_is_changed_and_revoked_of_months_before_the_first_run_is_settled(when: Callable[[], object]) -> None:
    when()
    retired()
    pay(MAY + 5)
    pay(MAY + 6)
    amended(PENSION_FEN - 1_000, "R/1")
    assert owed(ANA) == dict.fromkeys((3, 4, 5, 6), 1_000)
    amended(PENSION_FEN + 500, "R/2")
    pay(MAY + 7)
    assert paid(ANA) == {(month, "pension"): PENSION_FEN + 500 for month in (3, 4, 5, 6, 7)}
    the_payouts_are_booked()


def test_what_is_taken_back_of_months_before_the_first_run_is_owed_back() -> None:
    pay(MAY + 5)
    case = retired()
    pay(MAY + 6)
    revoked("retire@1", case)
    assert owed(ANA) == dict.fromkeys((3, 4, 5, 6), PENSION_FEN)
    the_payouts_are_booked()


def test_what_another_paid_before_the_first_run_is_not_paid_again() -> None:
    granted_elsewhere()
    pay(MAY + 5)
    amended(210_000, "R/1")
    pay(MAY + 6)
    assert paid(ANA) == {(month, "pension"): 210_000 for month in (5, 6)}
    assert owed(ANA) == {}
    the_payouts_are_booked()


def test_months_are_paid_in_their_order() -> None:
    pay(MAY + 3)
    with pytest.raises(PlatformError, match=r"earlier-benefits-open.*2026-09"):
        pay(MAY + 5)
    assert run_of("benefits", MAY + 5) is None
    with pytest.raises(PlatformError, match=r"benefits-begun-later.*2026-08"):
        pay(MAY + 2)
    assert run_of("benefits", MAY + 2) is None
    pay(MAY + 4)
    pay(MAY + 5)
    assert pay(MAY + 3).people == 0
