"""Insurance that follows from another place: months count once, money balances, the same case twice is once."""

from __future__ import annotations

import pytest
from django.db import connection, transaction
from tests.packs.ledger.books import account, at, balance, hired

from tongban.packs.social_insurance.ledger.enrolments import periods_of
from tongban.packs.social_insurance.ledger.reversing import reverse_case
from tongban.packs.social_insurance.ledger.transfers import Arrival, join

pytestmark = pytest.mark.django_db
WHO = 7_001
JULY_2017 = 2017 * 12 + 6
CASE = "4302-26-000001-U/02"


def joined(last_month: int, account_fen: int = 0, pooled_fen: int = 0) -> None:
    """Months from July 2017 come from Shenzhen, with this money."""
    arrival = Arrival(WHO, ((JULY_2017, last_month),), "440300", CASE, at(3), account_fen, pooled_fen)
    with transaction.atomic(), connection.cursor() as cursor:
        join(cursor, [arrival])


def test_months_of_both_places_count_once() -> None:
    hired(WHO, case="hire", first_month=JULY_2017 + 10)
    joined(JULY_2017 + 12)
    joined(JULY_2017 + 12)
    spans = [(one.first_month, one.last_month, one.county) for one in periods_of(WHO) if one.kind == "pension"]
    assert spans == [(JULY_2017, JULY_2017 + 9, "440300"), (JULY_2017 + 10, None, "430211")]


def test_the_money_of_another_province_is_booked_once_and_balances() -> None:
    for _ in range(2):
        joined(JULY_2017 + 12, 3_120_000, 4_680_000)
    assert (balance("transfer"), balance("fund.pension")) == (7_800_000, -4_680_000)
    assert account(WHO) == (0, 3_120_000)


def test_a_transfer_taken_back_leaves_nothing() -> None:
    joined(JULY_2017 + 12, 3_120_000, 4_680_000)
    with transaction.atomic(), connection.cursor() as cursor:
        reverse_case(cursor, CASE, CASE, at(5))
    assert (periods_of(WHO), balance("transfer"), account(WHO)) == ([], 0, (0, 0))
