"""Paying through somebody else: the one interface behind which banks and payment houses stand.

A city names its provider in TONGBAN_PAYMENTS (``module.Class``). Demonstration and test cities, and every rehearsal in
a real one, pay with play money: the provider below says at once that it was paid, and its receipts begin with DEMO.
"""

from __future__ import annotations

from typing import ClassVar, Protocol

from django.conf import settings
from django.utils.module_loading import import_string

from tongban.applications.problems import Problem
from tongban.catalog.model import Text
from tongban.platform import time
from tongban.platform.models import Mark


class Provider(Protocol):
    """Takes money on behalf of the city. Both calls may be repeated: one reference is paid once.

    Raises OSError when it cannot be reached; then nothing is known, and it is asked again.
    """

    is_demonstration: ClassVar[bool]

    def begin(self, amount_fen: int, reference: str) -> str | None:
        """Open a payment; the address where the payer goes on, None where nothing is left for the payer to do."""
        ...

    def confirm(self, amount_fen: int, reference: str) -> str | None:
        """The number of the receipt once exactly this amount has been paid, None until then."""
        ...


class Demonstration:
    """Play money: whatever is begun is paid."""

    is_demonstration: ClassVar[bool] = True

    def begin(self, amount_fen: int, reference: str) -> None:
        """Nothing to do for the payer."""

    def confirm(self, amount_fen: int, reference: str) -> str:
        """A receipt that nobody can take for a real one."""
        del amount_fen
        return f"DEMO-{reference}"


def provider_for(mode: str) -> Provider:
    """Whom an application of this mode pays through. Raises Problem 503 ``no-payment-provider``."""
    if mode != "real" or (not settings.PAYMENTS and time.city_mark() is not Mark.REAL):
        return Demonstration()
    if not settings.PAYMENTS:
        text = Text("网上还不能交费，请到窗口问一下", "Paying online is not set up here yet. Ask at the window.")
        raise Problem(503, "no-payment-provider", text)
    provider: Provider = import_string(settings.PAYMENTS)()
    return provider
