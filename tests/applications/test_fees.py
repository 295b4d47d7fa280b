"""Fees: due when a case is accepted, nothing granted unpaid, each paid once, whoever and whatever comes in between."""

from __future__ import annotations

from typing import Any, ClassVar
from uuid import uuid4

import pytest
from pytest_django.fixtures import Settings
from tests.applications.family import Family, staff
from tests.applications.newborn import Desk, drafted, granted, part, sent

from tongban.applications import cases, fees, messages, views
from tongban.applications.models import AwaitedFee, Payment
from tongban.applications.payments import provider_for
from tongban.applications.problems import Problem
from tongban.credentials.models import Document
from tongban.platform import time

pytestmark = pytest.mark.django_db

SERVICE = "police/birth-registration"


class Bank:
    """A provider at which a payer takes some time, and which may be down."""

    is_demonstration: ClassVar[bool] = False
    arrived: ClassVar[set[str]] = set()
    begun: ClassVar[list[tuple[int, str]]] = []
    returned: ClassVar[list[tuple[int, str]]] = []
    is_down: ClassVar[bool] = False

    def begin(self, amount_fen: int, reference: str, back: str) -> str:
        """Where the payer goes."""
        assert not back
        if self.is_down:
            raise ConnectionError
        self.begun.append((amount_fen, reference))
        return f"https://bank.example/{reference}"

    def confirm(self, amount_fen: int, reference: str) -> str | None:
        """The receipt once it was paid."""
        return f"B-{amount_fen}" if reference in self.arrived else None

    def refund(self, amount_fen: int, reference: str) -> str | None:
        """The receipt of what was given back."""
        if self.is_down:
            raise ConnectionError
        self.returned.append((amount_fen, reference))
        return f"R-{amount_fen}"


@pytest.fixture
def bank(settings: Settings) -> type[Bank]:
    Bank.arrived, Bank.begun, Bank.returned, Bank.is_down = set(), [], [], False
    settings.PAYMENTS = f"{__name__}.Bank"
    return Bank


def fee_of(home: Family, number: str) -> dict[str, Any]:
    """The one fee of a newborn's application."""
    [line] = views.application_view(home.mother, number)["fees"]
    return dict(line)


def accepted(home: Family, desk: Desk, book: str = "new") -> tuple[str, dict[str, Any]]:
    """An application whose registration has just been accepted, and the line of that part."""
    number = drafted(home, household_book=book)
    granted(desk, part(sent(home, number), "/birth-certificate"))
    line = part(views.application_view(home.mother, number), SERVICE)
    cases.act(desk(line["office"], "handler"), line["number"], "accept", command_id=uuid4())
    return number, part(views.application_view(home.mother, number), SERVICE)


def test_a_draft_says_what_it_will_cost_and_why(home: Family) -> None:
    line = fee_of(home, drafted(home, household_book="new"))
    assert (line["state"], line["amount_fen"], line["id"]) == ("expected", 600, None)
    assert "户口登记条例" in line["basis"]["zh"]
    assert line["exempt_by"] == [{"zh": "落在哪本户口簿", "en": "Which household book"}]


@pytest.mark.slow
def test_whoever_is_exempt_owes_nothing_and_is_never_asked(home: Family, desk: Desk) -> None:
    number, line = accepted(home, desk, book="present")
    assert fee_of(home, number)["state"] == "exempt"
    with pytest.raises(Problem, match="fee-not-due"):
        fees.pay(home.mother, number, fee_of(home, number)["id"], uuid4())
    granted(desk, line)
    assert not any(message.code == "fee-due" for message in messages.inbox(home.mother))


def test_nobody_pays_for_what_is_not_accepted(home: Family, desk: Desk) -> None:
    number = drafted(home, household_book="new")
    granted(desk, part(sent(home, number), "/birth-certificate"))
    fee = fee_of(home, number)
    assert fee["state"] == "expected"
    with pytest.raises(Problem, match="fee-not-due"):
        fees.pay(home.mother, number, fee["id"], uuid4())


@pytest.mark.slow
def test_whoever_forgets_a_fee_that_is_all_a_case_waits_for_is_reminded_once(home: Family, desk: Desk) -> None:
    def reminders() -> list[str]:
        return [message.zh for message in messages.inbox(home.mother) if message.code == "fee-reminder"]

    number, line = accepted(home, desk)
    time.advance_time(fees.REMINDED_AFTER)
    assert fees.remind() == 0  # the decision does not wait for it, and nobody is pressed before
    granted(desk, line)
    assert fees.remind() == 0
    time.advance_time(fees.REMINDED_AFTER)
    assert [fees.remind(), fees.remind()] == [1, 0]
    assert reminders() == ["出生户口登记：还有 6.00 元没交，交了就发给你"]
    assert fee_of(home, number)["state"] == "due"


@pytest.mark.slow
def test_whoever_has_paid_is_not_reminded(home: Family, desk: Desk) -> None:
    number, line = accepted(home, desk)
    granted(desk, line)
    fees.pay(home.mother, number, fee_of(home, number)["id"], uuid4())
    time.advance_time(fees.REMINDED_AFTER)
    assert fees.remind() == 0
    assert not AwaitedFee.objects.filter(reminded_at=None).exists()


@pytest.mark.slow
def test_acceptance_makes_it_due_and_it_holds_up_the_issuing_and_nothing_else(home: Family, desk: Desk) -> None:
    number, line = accepted(home, desk)
    assert fee_of(home, number)["state"] == "due"
    assert [message.zh for message in messages.inbox(home.mother) if message.code == "fee-due"] == [
        "出生户口登记：要交 6.00 元，交了才发给你"
    ]
    granted(desk, line)  # nobody waits for money: the decision stands, its limit is met, others go on
    view = views.application_view(home.mother, number)
    assert (part(view, SERVICE)["state"], part(view, SERVICE)["clock"]) == ("decided", None)
    assert part(view, "hrss/social-card")["state"] == "submitted"
    assert not Document.objects.filter(case_number=line["number"], sort="credential").exists()
    assert "已经准了" in next(message.zh for message in messages.inbox(home.mother) if message.code == "fee-awaited")
    paid = fees.pay(home.mother, number, fee_of(home, number)["id"], uuid4())
    assert (paid["state"], paid["next"], paid["is_demonstration"]) == ("paid", None, True)
    assert paid["receipt"].startswith("DEMO-")
    view = views.application_view(home.mother, number)
    assert part(view, SERVICE)["result"] == "granted"
    assert Document.objects.filter(case_number=line["number"], sort="credential").exists()
    [told] = [event for event in view["events"] if event["kind"] == "paid"]
    assert (told["text"]["zh"], told["by_you"]) == ("户口簿工本费：交了 6.00 元", True)


@pytest.mark.slow
def test_what_is_paid_before_the_decision_is_issued_with_it(home: Family, desk: Desk) -> None:
    number, line = accepted(home, desk)
    fees.pay(home.mother, number, fee_of(home, number)["id"], uuid4())
    assert part(views.application_view(home.mother, number), SERVICE)["state"] == "accepted"
    granted(desk, line)
    assert part(views.application_view(home.mother, number), SERVICE)["state"] == "issued"


def test_an_amount_that_the_payer_did_not_see_is_not_taken(home: Family, desk: Desk) -> None:
    number, _ = accepted(home, desk)
    fee = fee_of(home, number)["id"]
    with pytest.raises(Problem, match="fee-changed") as stale:
        fees.pay(home.mother, number, fee, uuid4(), amount_fen=500)
    assert "6.00" in stale.value.text.zh
    assert not Payment.objects.exists()
    assert fees.pay(home.mother, number, fee, uuid4(), amount_fen=600)["state"] == "paid"


def test_what_is_not_paid_can_still_be_refused_and_then_nothing_is_owed(home: Family, desk: Desk) -> None:
    number, line = accepted(home, desk)
    approver = desk(line["office"], "approver")
    cases.act(approver, line["number"], "refuse", command_id=uuid4(), texts={"reason": "材料有假"})
    assert fee_of(home, number)["state"] == "void"
    with pytest.raises(Problem, match="fee-not-due"):
        fees.pay(home.mother, number, fee_of(home, number)["id"], uuid4())


def test_paying_twice_pays_once(home: Family, desk: Desk) -> None:
    number, _ = accepted(home, desk)
    fee, command = fee_of(home, number)["id"], uuid4()
    first = fees.pay(home.mother, number, fee, command)
    assert fees.pay(home.mother, number, fee, command) == first
    assert fees.pay(home.mother, number, fee, uuid4()) == first
    assert Payment.objects.count() == 1
    assert [message.code for message in messages.inbox(home.mother)].count("fee-paid") == 1


def test_only_the_applicants_side_sees_and_pays(home: Family, desk: Desk) -> None:
    number, _ = accepted(home, desk)
    fee = fee_of(home, number)["id"]
    assert views.application_view(home.father, number)["fees"] == []
    for actor in (home.father, staff("0666", "demonstration/fire-4302", "handler")):
        with pytest.raises(Problem) as refused:
            fees.pay(actor, number, fee, uuid4())
        assert refused.value.status == 404
    for wrong in ("99.1", "1.1", "", "x"):
        with pytest.raises(Problem, match="not-found"):
            fees.pay(home.mother, number, wrong, uuid4())


@pytest.mark.slow
def test_a_payment_that_takes_time_is_booked_when_it_arrives(home: Family, desk: Desk, bank: type[Bank]) -> None:
    number, line = accepted(home, desk)
    begun = fees.pay(home.mother, number, fee_of(home, number)["id"], uuid4())
    [(amount, reference)] = bank.begun
    assert (begun["state"], begun["next"], amount) == ("begun", f"https://bank.example/{reference}", 600)
    assert fees.confirm(reference) is False
    granted(desk, line)
    assert part(views.application_view(home.mother, number), SERVICE)["state"] == "decided"
    bank.arrived.add(reference)
    assert fees.confirm(reference) is True
    assert fees.confirm(reference) is True
    assert (fee_of(home, number)["state"], fee_of(home, number)["receipt"]) == ("paid", "B-600")
    assert part(views.application_view(home.mother, number), SERVICE)["state"] == "issued"
    assert [message.code for message in messages.inbox(home.mother)].count("fee-paid") == 1
    with pytest.raises(Problem, match="not-found"):
        fees.confirm("nobody-began-this")


def test_a_provider_that_is_down_is_said_to_be_and_asked_again(home: Family, desk: Desk, bank: type[Bank]) -> None:
    number, _ = accepted(home, desk)
    fee = fee_of(home, number)["id"]
    bank.is_down = True
    with pytest.raises(Problem, match="payment-unreachable") as down:
        fees.pay(home.mother, number, fee, uuid4())
    assert down.value.status == 503
    bank.is_down = False
    assert fees.pay(home.mother, number, fee, uuid4())["next"]
    assert Payment.objects.count() == 1


def test_a_rehearsal_pays_with_play_money_even_where_there_is_a_bank(home: Family, bank: type[Bank]) -> None:
    assert [provider_for(mode).is_demonstration for mode in ("real", "walk", "exercise")] == [False, True, True]
