"""Money: what each part costs and why, paying it once, the receipt, and what was given back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final
from uuid import uuid4

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tongban.applications import fees, payments, views
from tongban.applications.problems import not_found
from tongban.catalog import values
from tongban.catalog.model import ServiceDefinition
from tongban.catalog.values import yuan
from tongban.catalog.vocabulary import Attribute
from tongban.platform import time
from tongban.platform.ids import from_address
from tongban.portal.pages.door import command_id, page, post, reader
from tongban.portal.pages.fields import Field
from tongban.portal.pages.moments import moment_words
from tongban.portal.templatetags.tongban import in_language

OWED: Final = ("due", "begun")
LIGHTS: Final = {
    "due": ("you", gettext_lazy("waits for you")),
    "begun": ("you", gettext_lazy("not paid yet")),
    "expected": ("waiting", gettext_lazy("later, once it is accepted")),
    "exempt": ("none", gettext_lazy("nothing to pay")),
    "void": ("none", gettext_lazy("no longer owed")),
    "paid": ("done", gettext_lazy("paid")),
    "refunding": ("office", gettext_lazy("on its way back to you")),
    "refunded": ("done", gettext_lazy("given back")),
}
"""Each state of a fee: its mark and its words."""


@page("person")
def fees_page(request: HttpRequest, number: str) -> HttpResponse:
    """Every fee of an application: amount, basis, exemption; a button for what is due."""
    view = views.application_view(reader(request), number)
    if not view["is_applicant"]:
        raise not_found()
    lines = [_line(line) for line in view["fees"]]
    context = {
        "tab": "applications",
        "view": view,
        "number": number,
        "answer": answer_of(view["fees"]),
        "fees": sorted(lines, key=lambda line: line["state"] not in OWED),
        "came_back": request.GET.get("from", ""),
        "command": uuid4(),
    }
    return render(request, "portal/fees.html", context)


@post("person")
def pay(request: HttpRequest, number: str, fee: str) -> HttpResponse:
    """Begin to pay what the payer saw, and go on to the provider."""
    shown = request.POST.get("amount_fen", "")
    line = fees.pay(
        reader(request),
        number,
        fee,
        command_id(request),
        amount_fen=int(shown) if shown.isascii() and shown.isdecimal() and len(shown) < len("1000000000000") else -1,
        back=request.build_absolute_uri(reverse("portal:paid", args=[number, fee])),
    )
    return redirect(line["next"] or _after(number, fee))


@page("person")
def paid(request: HttpRequest, number: str, fee: str) -> HttpResponse:
    """Back from the provider: whatever brought the reader here, the provider is asked."""
    fees.returned(reader(request), number, fee)
    return redirect(_after(number, fee))


@page("person")
def receipt(request: HttpRequest, number: str, fee: str) -> HttpResponse:
    """The receipt of one fee, to print."""
    view = views.application_view(reader(request), number)
    line = next((line for line in view["fees"] if line["id"] == fee and line["receipt"]), None)
    if line is None:
        raise not_found()
    office = next((case["office_title"] for case in view["cases"] if case["number"] == line["case"]), None)
    fee_line = {**_line(line), "paid_words": _exactly(line["paid_at"]), "refunded_words": _exactly(line["refunded_at"])}
    return render(request, "portal/receipt.html", {"view": view, "number": number, "fee": fee_line, "office": office})


@page("person", "POST")
def counter(request: HttpRequest, reference: str) -> HttpResponse:
    """The demonstration's payment counter, as a bank's page would be: pay, or go back without."""
    reference = from_address(reference)
    number, _slash, rest = reference.partition("/")
    part, _dash, place = rest.partition("-F")
    view = views.application_view(reader(request), number)
    fee = f"{part.lstrip('0')}.{place}"
    line = next((line for line in view["fees"] if line["id"] == fee and line["is_demonstration"]), None)
    if line is None:
        raise not_found()
    if request.method == "POST":
        return redirect(payments.play(reference, pays=request.POST.get("answer") == "pay"))
    return render(request, "portal/counter.html", {"fee": _line(line), "number": number, "reference": reference})


def with_costs(field: Field, attribute: Attribute, service: ServiceDefinition, fact: str) -> Field:
    """A question with what each answer costs beside it, where a fee of the service hangs on it."""
    options = []
    for option in field.get("options", []):
        fen = fees.cost_of_choice(service, fact, values.read(attribute, option["value"]))
        cost = "" if fen is None else _("costs %(amount)s yuan") % {"amount": yuan(fen)} if fen else _("costs nothing")
        options.append(option | {"hint": cost or option.get("hint", "")})
    return field | {"options": options} if options else field


def owed(lines: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """The fees that wait for the reader's money."""
    return [line for line in lines if line["state"] in OWED]


def amount_of(lines: Sequence[Mapping[str, Any]]) -> str:
    """What fees come to, as people write it: ``6.00``."""
    return yuan(sum(line["amount_fen"] for line in lines))


def answer_of(lines: Sequence[Mapping[str, Any]]) -> str:
    """The one sentence: what is to be paid now, or that nothing is."""
    if waiting := owed(lines):
        return _("%(amount)s yuan to pay before you get it") % {"amount": amount_of(waiting)}
    if back := [line for line in lines if line["state"] == "refunding"]:
        return _("%(amount)s yuan are on their way back to you") % {"amount": amount_of(back)}
    if back := [line for line in lines if line["state"] == "refunded"]:
        return _("%(amount)s yuan were given back") % {"amount": amount_of(back)}
    if any(line["state"] == "expected" for line in lines):
        return _("Nothing to pay yet")
    return _("All paid") if any(line["state"] == "paid" for line in lines) else _("Nothing to pay")


def draft_answer(lines: Sequence[Mapping[str, Any]]) -> str:
    """What a draft will cost, before anything of it is owed."""
    coming = [line for line in lines if line["state"] == "expected"]
    if coming:
        return _("%(amount)s yuan, to be paid once it is accepted") % {"amount": amount_of(coming)}
    return _("Nothing to pay")


def _line(line: Mapping[str, Any]) -> dict[str, Any]:
    mark, words = LIGHTS[line["state"]]
    return {
        **line,
        "amount": yuan(line["amount_fen"]),
        "mark": mark,
        "words": words,
        "exempt_words": _(", ").join(in_language(label) for label in line["exempt_by"]),
        "paid_words": _when(line["paid_at"]),
        "refunded_words": _when(line["refunded_at"]),
    }


def _when(text: str | None) -> str:
    return moment_words(datetime.fromisoformat(text)) if text else ""


def _exactly(text: str | None) -> str:
    """`2026-11-16 09:08`: what is printed and kept says no `today`."""
    return f"{datetime.fromisoformat(text).astimezone(time.ZONE):%Y-%m-%d %H:%M}" if text else ""


def _after(number: str, fee: str) -> str:
    return f"{reverse('portal:fees', args=[number])}?from={fee}"
