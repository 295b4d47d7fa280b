"""What was paid of a benefit beyond what is due is kept back from what is paid of it later, and stays owed else."""

from __future__ import annotations

from contextlib import nullcontext
from datetime import date
from unittest.mock import patch

import pytest
from django.db import transaction
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.examples import examples
from tests.packs.ledger.books import MAY, at, balance
from tests.packs.ledger.test_benefits import PENSION_FEN, amended, owed, revoked, the_payouts_are_booked
from tests.packs.ledger.test_cases import ANA, DEAD, RETIRED, SON, granted
from tests.packs.ledger.test_changes_of_benefits import resumed, suspended, unemployment
from typer.testing import CliRunner

from tongban.cli.main import app
from tongban.pack_api import Value, definitions
from tongban.packs.social_insurance.ledger import paying
from tongban.packs.social_insurance.ledger.books import Owed, of_owner
from tongban.packs.social_insurance.ledger.paying import DEDUCTION, pay, totals
from tongban.packs.social_insurance.ledger.payouts import kept_back
from tongban.packs.social_insurance.models import Payout

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _in_december(monkeypatch: pytest.MonkeyPatch) -> None:
    """All months that these tests pay have begun."""
    monkeypatch.setattr(paying, "now", lambda: at(40))


def arrived(person: int, month: int) -> int:
    """What a month's run sent somebody, in fen."""
    run = pay(MAY + month)
    return sum(one.paid_fen for one in Payout.objects.filter(beneficiary=person, run=run.id))


def overpaid(fen: int) -> None:
    """Ana is retired, paid for August and September, and was due so much less in both."""
    granted("retire@1", "B/1", RETIRED, insured=ANA)
    pay(MAY + 3)
    pay(MAY + 4)
    amended(PENSION_FEN - fen, "R/1")


def test_a_pension_reckoned_too_high_is_kept_back_from_the_next_one_and_once() -> None:
    overpaid(1_000)
    assert owed(ANA) == {3: 1_000, 4: 1_000}
    assert arrived(ANA, 5) == PENSION_FEN - 3_000
    pay(MAY + 5)
    assert owed(ANA) == {}
    assert [(one.month - MAY, one.paid_less_in - MAY, one.amount_fen) for one in kept_back(ANA)] == [
        (3, 5, 1_000),
        (4, 5, 1_000),
    ]
    assert arrived(ANA, 6) == PENSION_FEN - 1_000
    assert balance("benefit.pension", ANA) == 0
    the_payouts_are_booked()


def test_a_run_tells_what_it_kept_back_and_the_books_show_each_posting() -> None:
    overpaid(1_000)
    (total,) = totals(pay(MAY + 5))
    assert (total.paid_fen, total.earlier_fen, total.kept_back_fen) == (PENSION_FEN - 1_000, 0, 2_000)
    books = of_owner(ANA)
    told = [(one.month, one.case, one.legs) for one in books.postings if one.text == "kept back"]
    assert told == [(month, "R/1", {"benefit.pension": -1_000}) for month in ("2026-08", "2026-09")]
    assert (books.accounts, books.owed_back) == ({}, [])


def test_never_more_than_the_policy_lets_and_the_rest_with_later_months(monkeypatch: pytest.MonkeyPatch) -> None:
    overpaid(PENSION_FEN - 100_000)  # 221,000 too much in each of two months
    monkeypatch.setattr(paying, "_share", lambda _: 3_333)
    assert arrived(ANA, 5) == 100_000 - 33_330
    assert owed(ANA) == {3: 221_000 - 33_330, 4: 221_000}
    monkeypatch.undo()
    monkeypatch.setattr(paying, "now", lambda: at(40))
    assert arrived(ANA, 6) == 0
    assert sum(owed(ANA).values()) == 442_000 - 33_330 - 100_000
    assert [one.amount_fen for one in of_owner(ANA).owed_back] == [221_000 - 133_330, 221_000]
    the_payouts_are_booked()


def test_what_nothing_is_paid_of_any_more_stays_owed() -> None:
    overpaid(0)
    pay(MAY + 5)
    pay(MAY + 6)
    granted("death@1", "C/1", DEAD, deceased=ANA, claimant=SON)  # in October, and November was paid
    assert arrived(ANA, 7) == 0
    assert owed(ANA) == {6: PENSION_FEN}
    assert of_owner(ANA).owed_back == [Owed("pension", "2026-11", PENSION_FEN)]
    assert arrived(SON, 7) == 4_900_000  # the family's own is not kept back for it
    the_payouts_are_booked()


def test_what_was_kept_back_is_paid_where_it_turns_out_to_be_due() -> None:
    granted("retire@1", "B/1", RETIRED, insured=ANA)
    for month in (3, 4, 5):
        pay(MAY + month)
    stopped = suspended(9, "S/1")  # October was not due
    again = resumed(11, "S/2")
    assert arrived(ANA, 6) == 0
    assert owed(ANA) == {}
    the_payouts_are_booked()
    revoked("resume@1", again)
    revoked("suspend@1", stopped)
    assert arrived(ANA, 7) == 2 * PENSION_FEN
    assert owed(ANA) == {}
    the_payouts_are_booked()


def test_one_benefit_is_not_kept_back_for_another() -> None:
    granted("unemployment@1", "U/1", _jobless(), claimant=ANA)
    pay(MAY + 1)
    pay(MAY + 2)
    unemployment("stop", 7, "U/2")
    assert owed(ANA) == {2: 189_000}
    granted("retire@1", "B/1", RETIRED, insured=ANA)
    assert arrived(ANA, 3) == PENSION_FEN
    unemployment("resume", 9, "U/3")
    assert arrived(ANA, 4) == PENSION_FEN
    assert owed(ANA) == {}
    the_payouts_are_booked()


def _jobless() -> dict[str, Value]:
    return {
        "claim.first_month": date(2026, 6, 1),
        "claim.granted_months": 5,
        "claimant.unemployment_monthly_fen": 189_000,
        "claimant.residence_region": "430202",
    }


def test_the_most_that_is_kept_back_is_the_policys_and_has_no_document() -> None:
    (value,) = definitions().rulebook.parameters[DEDUCTION].values
    assert (value.value, value.status) == (10_000, "unverified")


def test_the_command_says_what_was_kept_back_and_what_is_owed_still(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tongban.pack_doors.open_city", nullcontext)
    overpaid(PENSION_FEN - 100_000)
    said = CliRunner().invoke(app, ["benefits", "2026-10"])
    assert said.exit_code == 0
    assert "扣回 kept back" in said.output
    assert "合计 0.00 元" in said.output
    assert "多领待退 owed back：1 人 people，3,420.00 元" in said.output


@given(st.lists(st.tuples(st.integers(0, 400_000), st.booleans()), min_size=1, max_size=7), st.integers(0, 10_000))
@settings(max_examples=examples(6))
@pytest.mark.slow
def test_nobody_sends_money_and_all_that_was_paid_is_due_or_owed(changes: list[tuple[int, bool]], share: int) -> None:
    may: dict[str, Value] = {**RETIRED, "pension.first_payment_on": date(2026, 5, 1)}
    limits = patch.object(paying, "now", lambda: at(40)), patch.object(paying, "_share", lambda _: share)
    with limits[0], limits[1], transaction.atomic():
        granted("retire@1", "B/1", may, insured=ANA)
        month = 0
        for number, (fen, is_paid) in enumerate(changes):
            amended(fen, f"R/{number}")
            if is_paid:
                before_fen = sum(owed(ANA).values())
                sent_fen = arrived(ANA, month)
                run = pay(MAY + month)
                whole_fen = sum(one.paid_fen for one in Payout.objects.filter(run=run.id) if one.paid_fen > 0)
                assert whole_fen - sent_fen == min(before_fen, whole_fen * share // 10_000)
                assert sum(owed(ANA).values()) == before_fen - (whole_fen - sent_fen)
                month += 1
            the_payouts_are_booked()
        transaction.set_rollback(True)
