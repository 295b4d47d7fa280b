"""Insurance that follows from another place: months count once, money balances, the same case twice is once."""

from __future__ import annotations

from dataclasses import replace

import pytest
from django.db import connection, transaction
from tests.packs.ledger.books import FIRM, MAY, account, at, balance, hired, in_payment, the_books_agree

from tongban.pack_api import RefusedError
from tongban.packs.social_insurance.ledger import accounts, paying
from tongban.packs.social_insurance.ledger.accounts import credit_interest
from tongban.packs.social_insurance.ledger.billing import bill
from tongban.packs.social_insurance.ledger.enrolments import periods_of
from tongban.packs.social_insurance.ledger.payments import Received, receive
from tongban.packs.social_insurance.ledger.postings import NO_OWNER
from tongban.packs.social_insurance.ledger.reversing import reverse_case
from tongban.packs.social_insurance.ledger.statements import months_paid, of_employer
from tongban.packs.social_insurance.ledger.transfers import Arrival, Held, held_in, join, release

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


HERE = "430211"


def paid_here(first_month: int = MAY, wage_fen: int = 650_000) -> None:
    """May is insured in Zhuzhou, billed and paid: 520.00 of one's own, 5,200 the base's share."""
    hired(WHO, case="hire", first_month=first_month, wage_fen=wage_fen)
    billed_and_paid(MAY)


def billed_and_paid(month: int) -> None:
    """A month's bill, and the bank's file that pays all of it."""
    bill(month)
    owed_fen = sum(one.owed_fen for one in of_employer(FIRM))
    with transaction.atomic(), connection.cursor() as cursor:
        receive(cursor, f"bank-{month}", [Received(f"R{month}", FIRM, owed_fen, at(6).date())], owed_fen, at(6))


def leaving(case: str = "OUT/1", region: str = HERE, account_fen: int = 52_000, pooled_fen: int = 78_000) -> Arrival:
    return Arrival(WHO, (), region, case, at(8), account_fen, pooled_fen)


def left_for_another_province(one: Arrival) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        release(cursor, one)


def of_held(region: str = HERE) -> Held | None:
    with connection.cursor() as cursor:
        return held_in(cursor, WHO, region)


def test_an_account_that_leaves_the_province_closes_and_its_money_is_gone() -> None:
    paid_here()
    assert of_held() == Held(((MAY, MAY),), 52_000, 650_000, is_all=True)
    left_for_another_province(leaving())
    left_for_another_province(leaving())
    assert (account(WHO)[1], balance("transfer"), balance("account.pension", WHO)) == (0, -130_000, 52_000)
    assert of_held() is None
    left_for_another_province(leaving("OUT/2"))
    assert balance("transfer") == -130_000
    the_books_agree(WHO)


def test_what_has_left_bears_no_more_interest_and_does_again_once_it_is_taken_back() -> None:
    paid_here()
    left_for_another_province(leaving())
    with transaction.atomic(), connection.cursor() as cursor:
        assert credit_interest(cursor, 2025, at(9)) == 0
    assert interest_of_year(2026) == []
    with transaction.atomic(), connection.cursor() as cursor:
        reverse_case(cursor, "OUT/1", "OUT/1", at(10))
    assert interest_of_year(2026) == [WHO]
    assert (account(WHO)[1], balance("transfer")) == (52_000, 0)


def left_but_for_june() -> None:
    """Of May and June, both paid here, the new place keeps June: May leaves, twice said."""
    paid_here()
    billed_and_paid(MAY + 1)
    one = replace(leaving(), given_back=((MAY + 1, MAY + 3),), office=HERE)
    for _ in range(2):
        left_for_another_province(one)


def test_of_months_that_the_new_place_keeps_the_own_part_goes_back_to_the_person_and_the_rest_leaves() -> None:
    left_but_for_june()
    (refund,) = in_payment(WHO, MAY + 7)
    assert (refund.kind, refund.monthly_fen, refund.county) == ("refund", 52_000, HERE)
    assert (account(WHO)[1], balance("transfer")) == (52_000, -130_000)
    with transaction.atomic(), connection.cursor() as cursor:
        reverse_case(cursor, "OUT/1", "OUT/1", at(10))
    assert (account(WHO)[1], balance("transfer"), in_payment(WHO, MAY + 7)) == (104_000, 0, [])
    the_books_agree(WHO)


def test_an_account_that_left_owes_no_interest_for_what_it_gave_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paying, "now", lambda: at(40))
    left_but_for_june()
    paying.pay(MAY + 7)
    assert account(WHO)[1] == 0
    assert interest_of_year(2026) == interest_of_year(2027) == []


def test_nothing_leaves_when_the_new_place_keeps_every_month() -> None:
    paid_here()
    left_for_another_province(replace(leaving(account_fen=0, pooled_fen=0), given_back=((MAY, MAY),), office=HERE))
    assert [one.monthly_fen for one in in_payment(WHO, MAY + 7)] == [52_000]
    assert (balance("transfer"), of_held()) == (0, None)


def test_nothing_leaves_a_place_in_which_nothing_was_paid() -> None:
    paid_here()
    assert of_held("440300") is None
    left_for_another_province(leaving(region="440300", account_fen=1))
    assert (account(WHO)[1], balance("transfer")) == (52_000, 0)


def test_another_amount_than_the_books_have_does_not_leave() -> None:
    paid_here()
    with pytest.raises(RefusedError, match=r"The account holds 520.00 yuan; 520.01 cannot leave it"):
        left_for_another_province(leaving(account_fen=52_001))
    assert balance("transfer") == 0


def test_months_that_the_old_place_keeps_count_there_and_the_own_part_is_given_back() -> None:
    paid_here()
    arrival = Arrival(
        WHO, ((MAY - 12, MAY),), "440300", CASE, at(8), 3_120_000, 4_680_000, ((MAY, MAY),), "430211"
    )  # fmt: skip
    for _ in range(2):
        with transaction.atomic(), connection.cursor() as cursor:
            join(cursor, [arrival])
    (refund,) = in_payment(WHO, MAY + 7)
    assert (refund.kind, refund.monthly_fen, refund.county) == ("refund", 52_000, "430211")
    assert [one.counts_elsewhere for one in months_paid(WHO) if one.kind == "pension"] == [True]
    with transaction.atomic(), connection.cursor() as cursor:
        reverse_case(cursor, CASE, CASE, at(9))
    assert in_payment(WHO, MAY + 7) == []
    assert [one.counts_elsewhere for one in months_paid(WHO) if one.kind == "pension"] == [False]


def test_months_that_were_not_paid_here_are_not_given_back() -> None:
    hired(WHO, case="hire")
    bill(MAY)
    arrival = Arrival(WHO, ((MAY - 12, MAY),), "440300", CASE, at(8), given_back=((MAY, MAY),), office="430211")
    with transaction.atomic(), connection.cursor() as cursor:
        join(cursor, [arrival])
    assert in_payment(WHO, MAY + 7) == []


def interest_of_year(year: int) -> list[int]:
    """Who has an account that would bear interest for a year."""
    with connection.cursor() as cursor:
        told: dict[str, int | str] = {"first": year * 12, "last": year * 12 + 11}
        told |= {"no_owner": NO_OWNER, "released": accounts.RELEASED}
        cursor.execute(accounts._CREDITS, told)
        return [insured for insured, opening, products in cursor.fetchall() if int(opening) * 12 + int(products)]
