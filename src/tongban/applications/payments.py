"""Paying through somebody else: the one interface behind which banks and payment houses stand.

A city names its provider in TONGBAN_PAYMENTS (``module.Class``). Demonstration and test cities, and every rehearsal in
a real one, pay with play money at the counter below: people press a button there, programs are taken to have paid at
once, and its receipts begin with DEMO.
"""

from __future__ import annotations

from typing import ClassVar, Final, Protocol

from django.conf import settings
from django.utils.module_loading import import_string

from tongban.applications.models import PlayPayment
from tongban.applications.problems import Problem, not_found
from tongban.catalog.vocabulary import Text
from tongban.platform import time
from tongban.platform.models import Mark

COUNTER: Final = "/pay/"
"""Where the portal serves the demonstration's counter; the reference follows."""


class Provider(Protocol):
    """Takes money on behalf of the city. Every call may be repeated: one reference is paid once, and given back once.

    Raises OSError when it cannot be reached; then nothing is known, and it is asked again.
    """

    is_demonstration: ClassVar[bool]

    def begin(self, amount_fen: int, reference: str, back: str) -> str | None:
        """Open a payment; the address where the payer goes on, None where nothing is left for the payer to do.

        ``back`` is where the payer's browser is to return to; empty where a program pays.
        """
        ...

    def confirm(self, amount_fen: int, reference: str) -> str | None:
        """The number of the receipt once exactly this amount has been paid, None until then."""
        ...

    def refund(self, amount_fen: int, reference: str) -> str | None:
        """Give a payment back the way it came; the number of that receipt, None while it is under way."""
        ...


class Demonstration:
    """Play money over a counter of its own."""

    is_demonstration: ClassVar[bool] = True

    def begin(self, amount_fen: int, reference: str, back: str) -> str | None:
        """The counter's page; a program is taken to have paid."""
        now = time.now()
        made = {"amount_fen": amount_fen, "back": back, "paid_at": None if back else now}
        row, is_new = PlayPayment.objects.get_or_create(reference=reference, defaults=made)
        if not is_new and row.paid_at is None:
            PlayPayment.objects.filter(reference=reference, paid_at=None).update(**made)
        return f"{COUNTER}{reference}" if back and row.paid_at is None else None

    def confirm(self, amount_fen: int, reference: str) -> str | None:
        """A receipt that nobody can take for a real one."""
        paid = PlayPayment.objects.filter(reference=reference, amount_fen=amount_fen, paid_at__isnull=False)
        return f"DEMO-{reference}" if paid.exists() else None

    def refund(self, amount_fen: int, reference: str) -> str | None:
        """Given back at once, if it was paid here."""
        if self.confirm(amount_fen, reference) is None:
            return None
        PlayPayment.objects.filter(reference=reference, refunded_at=None).update(refunded_at=time.now())
        return f"DEMO-BACK-{reference}"


def play(reference: str, *, pays: bool) -> str:
    """At the demonstration's counter: pay with play money, or leave without; returns where to go back to.

    Raises Problem 404 for a payment that was not begun there by a person.
    """
    row = PlayPayment.objects.filter(reference=reference).exclude(back="").first()
    if row is None:
        raise not_found()
    if pays:
        PlayPayment.objects.filter(reference=reference, paid_at=None).update(paid_at=time.now())
    return row.back


def provider_for(mode: str) -> Provider:
    """Whom an application of this mode pays through. Raises Problem 503 ``no-payment-provider``."""
    if mode != "real" or (not settings.PAYMENTS and time.city_mark() is not Mark.REAL):
        return Demonstration()
    if not settings.PAYMENTS:
        text = Text("网上还不能交费，到窗口问一下", "Paying online is not set up here yet. Ask at the window.")
        raise Problem(503, "no-payment-provider", text)
    provider: Provider = import_string(settings.PAYMENTS)()
    return provider
