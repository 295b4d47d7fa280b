"""Money given back: once, the way it came, when a case ends without a grant; each step stands on the case's record."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from tests.applications.family import Family, family
from tests.applications.newborn import Desk, desk_of_everyone, drafted, granted
from tests.applications.test_fees import Bank, accepted, bank, fee_of

from tongban.applications import cases, fees, messages, refunds, views, withdrawal
from tongban.applications.models import Payment
from tongban.applications.problems import Problem
from tongban.casework import service as casework
from tongban.casework import store
from tongban.casework.machine import rebuild
from tongban.publication import service as publication
from tongban.testing.fixtures import City

__all__ = ["bank"]


def paid(home: Family, desk: Desk) -> tuple[str, dict[str, Any]]:
    """An application whose registration is accepted and paid for."""
    number, line = accepted(home, desk)
    fees.pay(home.mother, number, fee_of(home, number)["id"], uuid4())
    return number, line


def paid_to(bank: type[Bank], home: Family, desk: Desk) -> tuple[str, dict[str, Any], str]:
    """An application whose fee was begun to be paid at a bank that now has the money, with the bank's reference."""
    number, line = paid(home, desk)
    [(_, reference)] = bank.begun
    bank.arrived.add(reference)
    return number, line, reference


def refuse(desk: Desk, line: dict[str, Any]) -> None:
    approver = desk(line["office"], "approver")
    cases.act(approver, line["number"], "refuse", command_id=uuid4(), texts={"reason": "材料有假"})


def money(home: Family, number: str) -> list[str]:
    """What the timeline says of money, oldest first."""
    events = views.application_view(home.mother, number)["events"]
    return [line["kind"] for line in reversed(events) if line["kind"].startswith(("paid", "refund"))]


def told(home: Family) -> list[str]:
    return [m.code for m in reversed(messages.inbox(home.mother)) if m.code.startswith(("refund", "fee-paid"))]


@pytest.mark.slow
def test_a_refusal_asks_for_the_money_and_the_outbox_brings_it_back(city: City) -> None:
    home, desk = family(publication.current()), desk_of_everyone()
    number, line = paid(home, desk)
    assert refunds.carry_out() == 0
    refuse(desk, line)
    assert fee_of(home, number)["state"] == "refunding"
    assert [refunds.carry_out(), refunds.carry_out()] == [1, 0]
    fee = fee_of(home, number)
    assert (fee["state"], fee["refund_receipt"]) == ("refunded", f"DEMO-BACK-{line['number']}-F1")
    assert fee["refund_basis"]["zh"] == "《政府非税收入管理办法》"
    assert money(home, number) == ["paid", "refund-asked", "refunded"]
    assert told(home) == ["fee-paid", "refund-asked", "refunded"]


@pytest.mark.slow
def test_it_comes_back_once_however_often_anybody_asks(home: Family, desk: Desk, bank: type[Bank]) -> None:
    number, line, reference = paid_to(bank, home, desk)
    fees.confirm(reference)
    refuse(desk, line)
    assert [refunds.reconcile(), refunds.reconcile()] == [[], []]
    assert bank.returned == [(600, reference)]
    assert money(home, number).count("refunded") == 1


@pytest.mark.slow
def test_withdrawing_before_the_decision_gives_back_too(home: Family, desk: Desk) -> None:
    number, _ = paid(home, desk)
    withdrawal.withdraw(home.mother, number, uuid4())
    refunds.reconcile()
    assert fee_of(home, number)["state"] == "refunded"


@pytest.mark.slow
def test_what_was_granted_keeps_its_fee(home: Family, desk: Desk) -> None:
    number, line = paid(home, desk)
    granted(desk, line)
    refunds.reconcile()
    assert fee_of(home, number)["state"] == "paid"
    assert money(home, number) == ["paid"]


@pytest.mark.slow
def test_money_that_comes_after_the_end_is_given_back(home: Family, desk: Desk, bank: type[Bank]) -> None:
    number, line = paid(home, desk)
    refuse(desk, line)
    assert fee_of(home, number)["state"] == "void"
    [(_, reference)] = bank.begun
    bank.arrived.add(reference)
    assert refunds.reconcile() == []  # nobody came back to say so: the daily comparison asks
    assert fee_of(home, number)["state"] == "refunded"
    assert money(home, number) == ["paid", "refund-asked", "refunded"]


@pytest.mark.slow
def test_a_refund_that_fails_is_said_once_and_tried_again(home: Family, desk: Desk, bank: type[Bank]) -> None:
    number, line, reference = paid_to(bank, home, desk)
    fees.confirm(reference)
    refuse(desk, line)
    bank.is_down = True
    refunds.reconcile()
    assert [(one["code"], one["amount_fen"]) for one in refunds.reconcile()] == [("refund-open", 600)]
    assert money(home, number) == ["paid", "refund-asked", "refund-failed"]
    bank.is_down = False
    assert refunds.reconcile() == []
    assert money(home, number)[-1] == "refunded"
    assert told(home) == ["fee-paid", "refund-asked", "refund-failed", "refunded"]


def test_books_that_differ_are_listed(home: Family, desk: Desk, bank: type[Bank]) -> None:
    _, line, reference = paid_to(bank, home, desk)
    fees.confirm(reference)
    assert refunds.reconcile() == []
    bank.arrived.clear()
    [found] = refunds.reconcile()
    assert (found["code"], found["case"], found["reference"]) == ("not-at-provider", line["number"], reference)
    bank.arrived.add(reference)
    Payment.objects.update(receipt="B-1")
    assert [one["code"] for one in refunds.reconcile()] == ["receipt-differs"]


@pytest.mark.slow
def test_the_record_of_an_ended_case_stays_whole(home: Family, desk: Desk) -> None:
    _, line = paid(home, desk)
    refuse(desk, line)
    refunds.reconcile()
    events = store.events_of([line["number"]])[line["number"]]
    assert rebuild(events) == casework.cases([line["number"]])[0]
    assert [event.kind for event in events[-2:]] == ["refund-asked", "refunded"]


def test_back_from_the_provider_only_the_provider_is_believed(home: Family, desk: Desk, bank: type[Bank]) -> None:
    number, _ = accepted(home, desk)
    fee = fee_of(home, number)["id"]
    with pytest.raises(Problem, match="not-found"):
        fees.returned(home.mother, number, fee)  # nobody has begun
    fees.pay(home.mother, number, fee, uuid4())
    assert fees.returned(home.mother, number, fee)["state"] == "begun"  # forged, or cancelled over there
    for actor, wrong in ((home.father, fee), (home.mother, "9.1"), (home.mother, "x"), (home.mother, "1.1.1")):
        with pytest.raises(Problem, match="not-found"):
            fees.returned(actor, number, wrong)
    bank.arrived.add(bank.begun[0][1])
    assert fees.returned(home.mother, number, fee)["state"] == "paid"


def test_a_draft_says_that_it_would_come_back(home: Family) -> None:
    assert fee_of(home, drafted(home, household_book="new"))["refund_basis"] is not None
