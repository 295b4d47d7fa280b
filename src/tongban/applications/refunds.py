"""Giving fees back: what was paid for a case that ended without a grant returns the way it came.

A case that ends asks for it by an event; the outbox carries that to the provider, and another event says that the money
is back, or that it failed. Once a day the books are compared: what failed is tried again, what nobody told of is asked.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any, Final, Literal
from uuid import uuid5

from django.db import transaction

from tongban.applications import fees
from tongban.applications.messages import tell_subject
from tongban.applications.models import Form, Payment
from tongban.applications.payments import provider_for
from tongban.applications.problems import Problem
from tongban.casework import outbox
from tongban.casework import service as casework
from tongban.casework.consequences import Happened
from tongban.casework.model import SYSTEM, Command
from tongban.catalog.values import yuan
from tongban.catalog.vocabulary import Text
from tongban.platform import time

READER: Final = "refunds"
COMPARED_DAYS: Final = 35
"""How far back the daily comparison looks at what was paid."""

Said = Literal["refund-asked", "refunded", "refund-failed"]
TOLD: Final[dict[Said, Text]] = {
    "refund-asked": Text("没有办成，交的 {} 元原路退回", "It was not granted; the {} yuan paid is given back."),
    "refunded": Text("{} 元退回去了，看一下付款的账户", "{} yuan was given back to where it was paid from."),
    "refund-failed": Text("退 {} 元时没退成，我们每天再退，不用你做什么", "Giving {} yuan back failed; we try daily."),
}


def concerns(one: Happened) -> bool:
    """Whether a case with fees has ended without a grant."""
    case = one.change.after
    return case.result not in (None, "granted") and bool(one.in_force.service(case.service).fees)


def receive(happened: Sequence[Happened]) -> None:
    """Ask for the fees of cases that ended without a grant, also where the money came only after the end."""
    for one in happened:
        case, service = one.change.after, one.in_force.service(one.change.after.service)
        paid = Payment.objects.select_for_update().filter(case=case.number, paid_at__isnull=False, refund_asked_at=None)
        for payment in paid:
            if service.fees[payment.fee - 1].refund is not None:
                payment.refund_asked_at = time.now()
                payment.save(update_fields=["refund_asked_at"])
                _say(payment, "refund-asked")


def carry_out() -> int:
    """Give back what was asked for since the last run; returns how many were given back. For a periodic job."""
    asked: list[Payment] = []

    def take(items: Sequence[outbox.Item]) -> int:
        asked.extend(_asked().filter(case__in={item.case for item in items if item.topic == "event"}))
        return len(asked)

    outbox.drain(READER, take)
    return sum(_give_back(payment) for payment in asked)


def reconcile() -> list[dict[str, Any]]:
    """Compare our books with the provider's, mending what can be; what is left, oldest first.

    A line: ``case``, ``reference``, ``amount_fen``, ``code`` (``not-at-provider``: booked here, unknown there;
    ``receipt-differs``; ``refund-open``; ``unreachable``), ``since``.
    """
    for reference in Payment.objects.filter(paid_at=None).values_list("reference", flat=True):
        _quietly(reference)  # whoever paid and closed the browser
    for payment in _asked():
        _give_back(payment)
    since = time.now() - timedelta(days=COMPARED_DAYS)
    found = [(payment, "refund-open", payment.refund_asked_at) for payment in _asked()]
    for payment in Payment.objects.filter(paid_at__gte=since):
        code = _difference(payment)
        if code:
            found.append((payment, code, payment.paid_at))
    return [
        {
            "case": payment.case,
            "reference": payment.reference,
            "amount_fen": payment.amount_fen,
            "code": code,
            "since": at.astimezone(time.ZONE).isoformat(timespec="seconds") if at else None,
        }
        for payment, code, at in sorted(found, key=lambda line: str(line[2]))
    ]


def _asked() -> Any:  # noqa: ANN401 -- a query set
    return Payment.objects.filter(refund_asked_at__isnull=False, refunded_at=None).order_by("refund_asked_at")


def _quietly(reference: str) -> None:
    try:
        fees.confirm(reference)
    except Problem:
        return  # not reachable now: asked again tomorrow


def _difference(payment: Payment) -> str | None:
    try:
        receipt = provider_for(_form(payment).mode).confirm(payment.amount_fen, payment.reference)
    except (OSError, Problem):
        return "unreachable"
    if receipt is None:
        return "not-at-provider"
    return None if receipt == payment.receipt else "receipt-differs"


def _give_back(payment: Payment) -> bool:
    """Ask the provider; what it answers is booked once. False while the money is not back."""
    try:
        receipt = provider_for(_form(payment).mode).refund(payment.amount_fen, payment.reference)
    except (OSError, Problem):
        receipt = None
        is_failure = True
    else:
        is_failure = False
    now, mine = time.now(), Payment.objects.filter(id=payment.id, refunded_at=None)
    with transaction.atomic():
        if receipt is not None and mine.update(refunded_at=now, refund_receipt=receipt):
            _say(payment, "refunded")
        elif is_failure and mine.filter(refund_failed_at=None).update(refund_failed_at=now):
            _say(payment, "refund-failed")
    return receipt is not None


def _say(payment: Payment, said: Said) -> None:
    """The event on the case's own record, and a message to the applicant."""
    data = {"fee": payment.fee, "amount_fen": payment.amount_fen}
    casework.command(payment.case, Command(str(uuid5(payment.command, said)), said, data), SYSTEM)
    form, amount = _form(payment), yuan(payment.amount_fen)
    text = Text(TOLD[said].zh.format(amount), TOLD[said].en.format(amount))
    tell_subject(form.applicant_id, said, text, form.number, payment.case)


def _form(payment: Payment) -> Form:
    return Form.objects.only("number", "mode", "applicant_id").get(number=payment.case.rpartition("/")[0])
